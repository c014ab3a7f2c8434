import { resolveConnection, type ConfigValues } from '../config/index.ts'
import { asFault, Fault } from '../core/index.ts'
import { serverEngine, type DisposableServer, type Engine } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import type { FindingBook } from './finding-book.ts'
import { requireServerNotProduction } from './server-not-production.ts'
import type { Situation } from './situation.ts'
import type { SpecContext } from './spec-runner.ts'

/** The engine of a server of the user's is made here, for it needs to know production; any other is chosen later. */
export function onServer(situation: Situation, baseline: Facts | null, environment: NodeJS.ProcessEnv): Situation {
  if (situation.engine || situation.config.values.engine.kind !== 'server') return situation
  return { ...situation, engine: useServer(situation, baseline, environment) }
}

/** What could not be dropped is said, and takes nothing from the answer. */
export async function dropScratch(server: DisposableServer, book: FindingBook): Promise<void> {
  try {
    await server[Symbol.asyncDispose]()
  } catch (thrown) {
    const fault = asFault(thrown)
    if (!server.foreign || fault.kind === 'defect') throw thrown
    book.notice('engine', 'leftovers', fault.message, fault.hint)
  }
}

/** Where specs find the copy. Revealed: it goes through a pipe. */
export function restoredFor(server: DisposableServer, database: string): SpecContext['restored'] {
  const { address, foreign } = server
  if (!address.url || !foreign) return { address, database }
  const { url, ...plain } = address
  return { address: plain, database: foreign.databaseName(database), url: { url: url.reveal(), source: url.source } }
}

/** What can't be had on a server of the user's is refused before a dump is read. Throws `E_USAGE`. */
export function requireWithinServer({ engine, restorer, migration }: ConfigValues): void {
  if (engine.kind !== 'server') return
  if (restorer !== 'ours') {
    throw refuse(
      `restorer "${restorer}" is not for a server of yours: psql goes where a dump tells it, to other databases too`,
      'use restorer "ours", or the embedded engine or a container',
    )
  }
  if (migration.command !== null) {
    throw refuse(
      'a migration is not rehearsed on a server of yours: it could reach other databases there',
      'use the embedded engine or a container',
    )
  }
}

/** Scratch databases on the server that config names. */
function useServer({ config }: Situation, baseline: Facts | null, environment: NodeJS.ProcessEnv): Engine {
  const { engine, production } = config.values
  const { connection, superuser, systemIdentifier } = engine
  if (connection === null) throw refuse('engine "server" needs a server', "engine.connection: 'env:NAME', or --server")
  const proof = { production, systemIdentifier, baseline, environment }
  return serverEngine({
    url: resolveConnection(connection, environment),
    superuser,
    requireNotProduction: (server, signal) => requireServerNotProduction(server, proof, signal),
  })
}

function refuse(message: string, hint: string): Fault {
  return new Fault('E_USAGE', message, { hint })
}
