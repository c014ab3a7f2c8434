import { resolveConnection } from '../../config/index.ts'
import { Fault } from '../../core/index.ts'
import { placeOf } from '../../postgres/index.ts'
import { apartFromAsked, askProduction, type AskedServer } from './ask-production.ts'
import { findNamesake, type TargetServer } from './find-namesake.ts'
import type { TargetState } from './look-at-target.ts'
import { sharesIdentifier, unproven } from './not-production-faults.ts'
import type { BackupOrigin } from './read-origin.ts'

export interface ProductionKnown extends TargetServer {
  /** `env:NAME`, where config or the command line names it. */
  readonly production: string | null
  /** The server that the backup was taken from, as far as something with the backup says. */
  readonly origin: BackupOrigin | null
  /** The user says so: for what can't be told apart otherwise. Nothing overrules a proof of the contrary. */
  readonly isConfirmed: boolean
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Production is sacred: nothing is written before it is proven, by the servers' system identifiers, that the target is
 * neither it nor the server that the backup was taken from. Returns how it was proven. Throws `E_TARGET_IS_PRODUCTION`
 * and, where there is no proof and no word of the user's, `E_TARGET_UNPROVEN`.
 *
 * The user's word is about an address, and a forwarded port has any. Production that was asked shows through it (a lock);
 * of production that was not, its database does.
 */
export async function requireNotProduction(target: TargetState, known: ProductionKnown): Promise<string> {
  const { production, origin, isConfirmed } = known
  const asked = production === null ? null : await askProduction(production, target, known)
  if (asked === null || asked instanceof Fault) await requireNoNamesake(target, known, asked)
  const proofs = [
    production === null || asked === null ? null : apartFromProduction(target, known, production, asked),
    origin && apartFromOrigin(target, origin, isConfirmed),
  ].filter((proof) => proof !== null)
  if (proofs.length > 0) return proofs.join('; ')
  if (isConfirmed) return 'as you said: nothing here tells it from production'
  throw unproven('nothing is known of production', 'name it (--production env:NAME)')
}

/**
 * Without production's answer nobody's word outweighs a database of its name with rows, except on a server that is not
 * the one which the backup was taken from.
 */
async function requireNoNamesake(target: TargetState, known: ProductionKnown, fault: Fault | null): Promise<void> {
  const { production, origin, isConfirmed, environment } = known
  const isApart = isAnotherServer(target, origin)
  if (isApart && isConfirmed) return
  const url = production === null || fault?.code === 'E_ENV_MISSING' ? null : resolveConnection(production, environment)
  const names = [url && placeOf(url).database, origin?.database].filter((name) => typeof name === 'string')
  const namesake = await findNamesake(known, target.server.database, names)
  if (namesake === null) return
  const why = fault === null ? '' : `production can't be asked (${fault.message}), and `
  if (isApart) throw unproven(`${why}${namesake}`, 'see that production can be reached')
  throw new Fault('E_TARGET_IS_PRODUCTION', `nothing tells the target from production: ${why}${namesake}`, {
    hint: 'restore into another server; or name production (--production) and see that it can be reached, so that the two can be told apart',
  })
}

function apartFromProduction(
  target: TargetState,
  known: ProductionKnown,
  production: string,
  asked: AskedServer | Fault,
): string | null {
  const { isConfirmed } = known
  if (asked instanceof Fault) {
    const proof = asked.code === 'E_PRODUCTION_UNREACHABLE' ? apartFromGone(target, known, production) : null
    if (proof !== null || isConfirmed) return proof
    throw unproven(`production can't be asked: ${asked.message}`, 'see that it can be reached')
  }
  return apartFromAsked(target, asked, production, isConfirmed)
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
