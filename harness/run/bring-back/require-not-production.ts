import { resolveConnection } from '../../config/index.ts'
import { asFault, Fault, type Secret, type SqlRunner } from '../../core/index.ts'
import { openProduction, placeOf } from '../../postgres/index.ts'
import { areOneServer, sharePlace } from '../tell-apart.ts'
import { identify, type ServerIdentity, type TargetState } from './look-at-target.ts'
import type { BackupOrigin } from './read-origin.ts'

export interface ProductionKnown {
  /** `env:NAME`, where config or the command line names it. */
  readonly production: string | null
  /** The server that the backup was taken from, as far as something with the backup says. */
  readonly origin: BackupOrigin | null
  /** The user says so: for what can't be told apart otherwise. Nothing overrules a proof of the contrary. */
  readonly isConfirmed: boolean
  readonly environment: NodeJS.ProcessEnv
  /** On the target, in no transaction. */
  readonly session: SqlRunner
  readonly signal: AbortSignal
}

/**
 * Production is sacred: nothing is written before it is proven, by the servers' system identifiers, that the target is
 * neither it nor the server that the backup was taken from. Returns how it was proven. Throws `E_TARGET_IS_PRODUCTION`
 * and, where there is no proof and no word of the user's, `E_TARGET_UNPROVEN`.
 */
export async function requireNotProduction(target: TargetState, known: ProductionKnown): Promise<string> {
  const proofs = [
    await apartFromProduction(target, known),
    known.origin && apartFromOrigin(target, known.origin, known.isConfirmed),
  ].filter((proof) => proof !== null)
  if (proofs.length > 0) return proofs.join('; ')
  if (known.isConfirmed) return 'as you said: nothing here tells it from production'
  throw unproven('nothing is known of production', 'name it (--production env:NAME)')
}

async function apartFromProduction(target: TargetState, known: ProductionKnown): Promise<string | null> {
  const { production, isConfirmed } = known
  if (production === null) return null
  const asked = await askProduction(production, target, known)
  if (asked instanceof Fault) {
    const proof = asked.code === 'E_PRODUCTION_UNREACHABLE' ? apartFromGone(target, known, production) : null
    if (proof !== null || isConfirmed) return proof
    throw unproven(`production can't be asked: ${asked.message}`, 'see that it can be reached')
  }
  const isSameIdentifier =
    asked.systemIdentifierHash !== null && asked.systemIdentifierHash === target.systemIdentifierHash
  if (asked.startedAt === target.startedAt && (isSameIdentifier || asked.systemIdentifierHash === null)) {
    throw isProduction(`the target is the server of production (${production})`)
  }
  if (isSameIdentifier) return sharesIdentifier(`production (${production})`, isConfirmed)
  if (asked.systemIdentifierHash !== null && target.systemIdentifierHash !== null)
    return `its system identifier is not that of production (${production})`
  if (isConfirmed) return null
  throw unproven(
    'the system identifiers of production and of the target could not be read',
    'let both roles call pg_control_system()',
  )
}

/** A server that does not answer is a fault that is returned: it may be gone for good, on such a day. */
async function askProduction(
  name: string,
  target: TargetState,
  { environment, session, signal }: ProductionKnown,
): Promise<ServerIdentity | Fault> {
  let url: Secret
  try {
    url = resolveConnection(name, environment)
    if (await sharePlace(target.place, placeOf(url)))
      throw isProduction(`the target has the address of production (${name})`)
    await using production = await openProduction(url, { signal })
    if (await areOneServer(session, production)) throw isProduction(`the target is the server of production (${name})`)
    return await identify(production)
  } catch (thrown) {
    const fault = asFault(thrown)
    signal.throwIfAborted()
    if (fault.code === 'E_TARGET_IS_PRODUCTION' || fault.kind === 'defect') throw fault
    return fault
  }
}

/**
 * Production that is gone can't be asked. Its address is another (or {@link askProduction} would have thrown), and a
 * server that is not the one which the backup was taken from is not production either, unless that has moved since.
 */
function apartFromGone(target: TargetState, { origin }: ProductionKnown, production: string): string | null {
  if (!isAnotherServer(target, origin)) return null
  const { host, port } = target.place
  return `production (${production}) does not answer, and its address is not the target's (${host}:${port})`
}

function isAnotherServer(target: TargetState, origin: BackupOrigin | null): boolean {
  const [theirs, ours] = [origin?.systemIdentifierHash ?? null, target.systemIdentifierHash]
  return theirs !== null && ours !== null && theirs !== ours
}

function apartFromOrigin(target: TargetState, origin: BackupOrigin, isConfirmed: boolean): string | null {
  if (origin.systemIdentifierHash === null || target.systemIdentifierHash === null) return null
  if (isAnotherServer(target, origin))
    return `its system identifier is not that of the server the backup was taken from, which ${origin.says}`
  const what =
    origin.database === target.place.database ? 'the very database' : `the server of database ${origin.database}`
  return sharesIdentifier(`${what} that the backup was taken from`, isConfirmed)
}

/** A physical copy of a server has its identifier, and so has a standby that has become the primary. */
function sharesIdentifier(whose: string, isConfirmed: boolean): string {
  if (isConfirmed) return `as you said, although it has the system identifier of ${whose}`
  throw new Fault('E_TARGET_IS_PRODUCTION', `the target has the system identifier of ${whose}`, {
    hint: 'restore into another server; a physical copy that is certainly not in use can be confirmed with --not-production',
  })
}

function isProduction(message: string): Fault {
  return new Fault('E_TARGET_IS_PRODUCTION', message, {
    hint: 'restore into another server, look at it, and then lead the application there',
  })
}

function unproven(why: string, remedy: string): Fault {
  return new Fault('E_TARGET_UNPROVEN', `nothing proves that the target is not production: ${why}`, {
    hint: `${remedy}, or say that it is not: --not-production`,
  })
}
