import { createHash } from 'node:crypto'
import { resolveConnection } from '../config/index.ts'
import { asFault, Fault } from '../core/index.ts'
import type { NamedServer } from '../engine/index.ts'
import { readServer, type Facts } from '../facts/index.ts'
import { openProduction, placeOf } from '../postgres/index.ts'
import { areOneServer, sharePlace } from './tell-apart.ts'

export interface ServerProof {
  /** `env:NAME`; null where config names none. */
  readonly production: string | null
  /** What the user wrote down of the server, having looked at it. */
  readonly systemIdentifier: string | null
  /** Recorded with the backup. */
  readonly baseline: Facts | null
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Production is sacred: nothing is written on a server before it is proven that it is neither production nor a copy of
 * it. Returns how. No word of the user's overrules a proof of the contrary. Throws `E_TARGET_IS_PRODUCTION`, and
 * `E_TARGET_UNPROVEN` where there is no proof.
 */
export async function requireServerNotProduction(
  server: NamedServer,
  known: ServerProof,
  signal: AbortSignal,
): Promise<string> {
  const { source, systemIdentifier } = server
  const pinned = known.systemIdentifier
  const hash = systemIdentifier === null ? null : hashIdentifier(systemIdentifier)
  if (hash !== null && known.baseline?.source !== 'restored' && known.baseline?.server.systemIdentifierHash === hash)
    throw isProduction(`the server (${source}) has the system identifier of the one that the backup was taken from`)
  if (pinned !== null && pinned !== systemIdentifier) {
    throw unproven(
      `the server (${source}) has the system identifier ${systemIdentifier ?? '(not to be read)'}, and the config says ${pinned}`,
      'see whether the connection leads to the server that you meant',
    )
  }
  if (known.production !== null) return apartFromProduction(server, hash, known.production, known, signal)
  if (pinned !== null) return `its system identifier is ${pinned}, as the config says`
  throw unproven(
    'config names no production to tell it from',
    `name production (env:NAME); or, once you have seen that ${source} is not production, write down engine.systemIdentifier: '${systemIdentifier ?? 'of that server'}'`,
  )
}

async function apartFromProduction(
  { session, place, source }: NamedServer,
  hash: string | null,
  production: string,
  { environment, systemIdentifier: pinned }: ServerProof,
  signal: AbortSignal,
): Promise<string> {
  const url = resolveConnection(production, environment)
  if (await sharePlace(place, placeOf(url)))
    throw isProduction(`the server (${source}) has the address of production (${production})`)
  try {
    await using asked = await openProduction(url, { signal })
    if (await areOneServer(session, asked))
      throw isProduction(`the server (${source}) is that of production (${production})`)
    const { systemIdentifierHash } = await readServer(asked)
    if (systemIdentifierHash !== null && systemIdentifierHash === hash) {
      throw isProduction(
        `the server (${source}) has the system identifier of production (${production}): it is a standby, or a copy of its data`,
      )
    }
    if (systemIdentifierHash !== null && hash !== null)
      return `another system identifier than production (${production}), and a lock taken here is not seen there`
    if (pinned !== null)
      return `a lock taken here is not seen on production (${production}), and its system identifier is ${pinned}, as the config says`
  } catch (thrown) {
    signal.throwIfAborted()
    const fault = asFault(thrown)
    if (fault.code === 'E_TARGET_IS_PRODUCTION' || fault.kind === 'defect') throw fault
    throw unproven(`production can't be asked: ${fault.message}`, 'see that production can be reached from here')
  }
  throw unproven(
    'the system identifiers of production and of the server could not be read',
    'let both logins call pg_control_system()',
  )
}

/** As the facts record it: so that two servers can be told apart without naming them. */
function hashIdentifier(identifier: string): string {
  return createHash('sha256').update(`rehearsal ${identifier}`).digest('hex')
}

function isProduction(message: string): Fault {
  return new Fault('E_TARGET_IS_PRODUCTION', message, { hint: 'name another server: engine.connection, --server' })
}

function unproven(why: string, hint: string): Fault {
  return new Fault('E_TARGET_UNPROVEN', `nothing proves that the server is not production: ${why}`, { hint })
}
