import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { observe, type Facts } from '../../facts/index.ts'
import { rehearseMigration } from '../rehearse-migration.ts'
import type { MigrationOrder, MigrationReport } from '../types.ts'

/** A restored database with one of everything that a migration could lose, and a project beside it. */
export class RehearsedShop implements AsyncDisposable {
  readonly server: DisposableServer
  readonly folder: string
  readonly facts: Facts

  private constructor(server: DisposableServer, folder: string, facts: Facts) {
    this.server = server
    this.folder = folder
    this.facts = facts
  }

  static async start(): Promise<RehearsedShop> {
    const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    const server = await embeddedEngine().start(need, {
      signal: new AbortController().signal,
      progress: silentProgress,
    })
    await server.createDatabase('shop')
    await using session = await server.connect('shop')
    await session.query(schema)
    const folder = await mkdtemp(join(tmpdir(), 'migration-'))
    await writeFile(join(folder, 'run-sql.mjs'), runSql)
    return new RehearsedShop(server, folder, await factsOf(server, 'shop'))
  }

  async write(name: string, content: string): Promise<string> {
    await writeFile(join(this.folder, name), content)
    return name
  }

  /** Rehearses a command, or SQL, each statement by itself, as a migration tool runs it. */
  async rehearse(
    command: string | { readonly sql: string },
    more: Partial<MigrationOrder> = {},
  ): Promise<MigrationReport> {
    if (typeof command !== 'string') await this.write('up.sql', command.sql)
    const asked = typeof command === 'string' ? command : 'node run-sql.mjs "$(cat up.sql)"'
    const subject = {
      server: this.server,
      database: 'shop',
      facts: this.facts,
      observe: async (database: string) => factsOf(this.server, database),
    }
    return rehearseMigration(subject, {
      command: asked,
      folder: this.folder,
      variables: {},
      timeoutMs: 60_000,
      url: 'tcp',
      logFile: join(this.folder, 'migration.log'),
      signal: new AbortController().signal,
      ...more,
    })
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'migration.log'), 'utf8')
  }

  /** What the restored copy is now: a migration must not have touched it. */
  async look(): Promise<Facts> {
    return factsOf(this.server, 'shop')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true })
  }
}

async function factsOf(server: DisposableServer, database: string): Promise<Facts> {
  await using session = await server.connect(database)
  return await observe(session, {
    source: 'restored',
    schemas: null,
    fingerprint: true,
    takenAt: '2026-11-22T00:00:00.000Z',
  })
}

/** Somebody's own migration script, with the client that most have. */
const runSql = `
import pg from ${JSON.stringify(import.meta.resolve('pg'))}
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
try {
  for (const statement of process.argv[2].split(';').filter((text) => text.trim() !== '')) await client.query(statement)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
await client.end()
`

const schema = `
CREATE ROLE clerk;
CREATE ROLE visitor;
CREATE TABLE public.customer (
  id integer PRIMARY KEY,
  name text NOT NULL,
  phone text,
  note text,
  CONSTRAINT name_is_there CHECK (name <> '')
);
ALTER TABLE public.customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.customer USING (name = current_user);
GRANT SELECT, UPDATE ON public.customer TO clerk;
GRANT SELECT ON public.customer TO visitor;
INSERT INTO public.customer SELECT n, 'customer ' || n, CASE WHEN n <= 40 THEN '555-' || n END FROM generate_series(1, 100) AS n;
CREATE TABLE public.orders (id integer PRIMARY KEY, customer integer REFERENCES public.customer, total numeric);
INSERT INTO public.orders SELECT n, n, n * 1.5 FROM generate_series(1, 50) AS n;
CREATE TABLE public.session (id integer, token text);
INSERT INTO public.session SELECT n, 'token ' || n FROM generate_series(1, 7) AS n;
COMMENT ON DATABASE shop IS 'the shop';
ALTER DATABASE shop SET app.colour = 'red';
ALTER ROLE clerk IN DATABASE shop SET app.colour = 'blue';
GRANT CREATE ON DATABASE shop TO clerk;
`
