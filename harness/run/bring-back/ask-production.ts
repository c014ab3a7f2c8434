import { resolveConnection } from '../../config/index.ts'
import { asFault, Fault, type Secret, type SqlRunner } from '../../core/index.ts'
import { openProduction, placeOf } from '../../postgres/index.ts'
import { areOneServer, sharePlace } from '../tell-apart.ts'
import { identify, type ServerIdentity, type TargetState } from './look-at-target.ts'
import { isProduction, sharesIdentifier, unproven } from './not-production-faults.ts'

export interface AskedServer extends ServerIdentity {
  readonly isStandby: boolean
}

export interface Asking {
  readonly environment: NodeJS.ProcessEnv
  /** In the target, in no transaction. */
  readonly session: SqlRunner
  readonly signal: AbortSignal
}

/** A server that does not answer is a fault that is returned: it may be gone for good, on such a day. */
export async function askProduction(
  name: string,
  target: TargetState,
  { environment, session, signal }: Asking,
): Promise<AskedServer | Fault> {
  let url: Secret
  try {
    url = resolveConnection(name, environment)
    if (await sharePlace(target.place, placeOf(url)))
      throw isProduction(`the target has the address of production (${name})`)
    await using production = await openProduction(url, { signal })
    if (await areOneServer(session, production)) throw isProduction(`the target is the server of production (${name})`)
    const [row] = await production.query('SELECT pg_catalog.pg_is_in_recovery()::text AS standby')
    return { ...(await identify(production)), isStandby: row?.['standby'] === 'true' }
  } catch (thrown) {
    const fault = asFault(thrown)
    signal.throwIfAborted()
    if (fault.code === 'E_TARGET_IS_PRODUCTION' || fault.kind === 'defect') throw fault
    return fault
  }
}

/** Two servers that run: how they are told apart. Null where the user's word alone does it. */
export function apartFromAsked(
  target: ServerIdentity,
  asked: AskedServer,
  production: string,
  isConfirmed: boolean,
): string | null {
  const isSameIdentifier =
    asked.systemIdentifierHash !== null && asked.systemIdentifierHash === target.systemIdentifierHash
  if (asked.startedAt === target.startedAt && (isSameIdentifier || asked.systemIdentifierHash === null)) {
    throw isProduction(`the target is the server of production (${production})`)
  }
  const isAnother = !isSameIdentifier && asked.systemIdentifierHash !== null && target.systemIdentifierHash !== null
  if (isAnother) return `its system identifier is not that of production (${production})`
  if (asked.isStandby)
    throw isProduction(`production (${production}) is a standby, and nothing tells the target from its primary`)
  if (isSameIdentifier) return sharesIdentifier(`production (${production})`, isConfirmed)
  if (isConfirmed) return null
  throw unproven(
    'the system identifiers of production and of the target could not be read',
    'let both roles call pg_control_system()',
  )
}
