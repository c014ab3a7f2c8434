import { resolveConnection } from '../config/index.ts'
import { Fault } from '../core/index.ts'
import { serverEngine, type Engine } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { requireServerNotProduction } from './server-not-production.ts'
import type { Situation } from './situation.ts'

/** Scratch databases on the server that config names. Throws before anything is asked of it where a wish can't be had there. */
export function useServer({ config }: Situation, baseline: Facts | null, environment: NodeJS.ProcessEnv): Engine {
  const { engine, production, restorer, migration } = config.values
  const { connection, superuser, systemIdentifier } = engine
  if (connection === null) throw refuse('engine "server" needs a server', "engine.connection: 'env:NAME', or --server")
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
