import { randomBytes } from 'node:crypto'
import { Fault, type Secret } from '../../core/index.ts'
import {
  connect,
  placeOf,
  transactionPoolerPort,
  type ServerAddress,
  type Session,
  type TargetPlace,
} from '../../postgres/index.ts'
import { throwIfAborted } from '../abort.ts'
import { demandsOf, higherMajor, lacksOf } from '../holdings.ts'
import { remedyByImage } from '../known-images.ts'
import type { DisposableServer, Engine, EngineLack, EngineNeed, EngineOptions, Isolation } from '../types.ts'
import { Household } from './household.ts'
import { lookAtServer, type ServerState } from './look-at-server.ts'
import { requireFit, requireOneSession } from './require-fit.ts'
import { serverHoldings } from './server-holdings.ts'
import { ScratchServer } from './scratch-server.ts'
import { sweepLeases, type SweptLeases } from './sweep-leases.ts'

/** A server that was named and looked at, for whoever proves that it is not production. */
export interface NamedServer {
  readonly session: Session
  readonly place: TargetPlace
  readonly source: string
  readonly systemIdentifier: string | null
}

export interface ServerEngineOptions {
  readonly url: Secret
  /** Throws unless the server is provably not production; answers how that was proven. Nothing is written before. */
  readonly requireNotProduction: (server: NamedServer, signal: AbortSignal) => Promise<string>
  /** The superuser that the user named to restore as; any other is refused. */
  readonly superuser: string | null
}

/** Scratch databases on a server that the user names: made by us, dropped by us. */
export function serverEngine(options: ServerEngineOptions): Engine {
  return {
    kind: 'server',
    lacks: async (need) => lacksThere(need, options),
    start: async (need, engineOptions) => start(need, options, engineOptions),
  }
}

function addressOf({ url }: ServerEngineOptions, state: ServerState | null): ServerAddress {
  const { host, port, user } = placeOf(url)
  if (port === transactionPoolerPort) throw pooler(url)
  return { host, port, user, url, isSuperuser: state?.isSuperuser ?? false, ...(state && { major: state.major }) }
}

/** Reads alone. */
async function lacksThere(need: EngineNeed, options: ServerEngineOptions): Promise<readonly EngineLack[]> {
  await using session = await connect(addressOf(options, null), placeOf(options.url).database)
  const { major } = await lookAtServer(session)
  const demands = demandsOf(need)
  const remedyFor = (what: string): string =>
    `install it on that server, or ${remedyByImage(what, need.major ?? major)}`
  const lacks = lacksOf(demands, await serverHoldings(session, major), remedyFor)
  const isHigher = need.major !== null && need.major < major
  return isHigher
    ? [higherMajor(need.major, major, 'name a server of that major', 'the server is of that'), ...lacks]
    : lacks
}

async function start(
  need: EngineNeed,
  options: ServerEngineOptions,
  { signal, progress }: EngineOptions,
): Promise<DisposableServer> {
  const started = performance.now()
  throwIfAborted(signal)
  const { url } = options
  const place = placeOf(url)
  const run = randomBytes(6).toString('hex')
  const { state, proof } = await look(need, options, signal)
  progress.advance(0, `PostgreSQL ${state.version} (${url.source})`)
  // Looked at; and from here on it is written to. An interrupt must not end this session: it drops what there is.
  const address = addressOf(options, state)
  const session = await connect(address, place.database, { applicationName: 'rehearse (scratch databases)' })
  try {
    const enter = (database: string): Promise<Session> => connect(address, database)
    const swept = await sweepLeases(session, run, enter)
    const household = await Household.open(session, {
      run,
      state,
      signal,
      enter,
      platformRoles: new Set(need.platformRoles),
    })
    return new ScratchServer(household, {
      url,
      address,
      home: place.database,
      isolation: isolationOf(state, proof, swept),
      origin: `a server of yours (${url.source})`,
      startMs: Math.round(performance.now() - started),
      limits: state.isSuperuser
        ? undefined
        : {
            reason: `${state.login} is no superuser of that server`,
            remedy: 'use the embedded engine or a container, or restore as a login that may do it',
          },
    })
  } catch (thrown) {
    await session[Symbol.asyncDispose]()
    throw thrown
  }
}

async function look(
  need: EngineNeed,
  options: ServerEngineOptions,
  signal: AbortSignal,
): Promise<{ readonly state: ServerState; readonly proof: string }> {
  const { url, superuser } = options
  const place = placeOf(url)
  await using session = await connect(addressOf(options, null), place.database, { signal })
  await session.query('SET default_transaction_read_only = on')
  await requireOneSession(session, url.source)
  await session.query('RESET default_transaction_read_only')
  const state = await lookAtServer(session)
  requireFit(state, { need, source: url.source, superuser })
  await session.query('SET default_transaction_read_only = on')
  const { systemIdentifier } = state
  const proof = await options.requireNotProduction({ session, place, source: url.source, systemIdentifier }, signal)
  return { state, proof }
}

function pooler({ source }: Secret): Fault {
  return new Fault('E_TARGET_POOLER', `${source} points at port ${transactionPoolerPort}, a transaction-mode pooler`, {
    hint: 'use the direct connection or the session pooler (port 5432)',
  })
}

function isolationOf(state: ServerState, proof: string, swept: SweptLeases): Isolation {
  return {
    network: 'host',
    files: 'host',
    ownUser: true,
    diesWithParent: false,
    notes: [
      `not production: ${proof}`,
      'the network is that of the server: restored code could reach whatever the server reaches',
      state.isSuperuser
        ? `restored as ${state.login}, a superuser: code in the dump could do anything to that server`
        : `restored as ${state.login}: code in the dump has the rights of that login, and no more`,
      ...(state.major < 16 && !state.isSuperuser
        ? ['before PostgreSQL 16, CREATEROLE lets code in the dump change every role that is no superuser']
        : []),
      'jobs of pg_cron run in its own database only; subscriptions are made without a connection',
      'ends not with the harness: what a killed run leaves is dropped by the next one from this machine',
      ...swept.dropped.map((what) => `dropped what a killed run had left: ${what}`),
      ...swept.left.map((what) => `left as it was: ${what}`),
    ],
  }
}
