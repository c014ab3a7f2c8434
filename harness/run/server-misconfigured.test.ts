import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ConfigFlags, loadConfig } from '../config/index.ts'
import { asFault, exitCode, exitCodeOfFault, silentProgress, systemClock } from '../core/index.ts'
import { parseFacts, writeFacts } from '../facts/index.ts'
import { rehearse } from './rehearse.ts'
import { fixtures, onePassingSpec } from './testing/rehearse-set.ts'
import { Forward, password, StandIn } from './testing/two-servers.ts'

const backup = join(fixtures, 'chakai/backups/2026-11-08-pg17')

let scratch: StandIn
let production: StandIn
/** A copy of `scratch` on the file level. */
let copy: StandIn
let older: StandIn
let folder: string
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  scratch = opened.use(await StandIn.start('postgres'))
  production = opened.use(await StandIn.start('prod_admin'))
  copy = opened.use(await StandIn.start('postgres'))
  older = opened.use(await StandIn.start('old_admin', 15))
  folder = await mkdtemp(join(tmpdir(), 'misconfigured-'))
  await symlink(production.socket, join(folder, 'p'))
  const logins = {
    no_databases: 'CREATEROLE',
    no_roles: 'CREATEDB',
    few: 'CREATEDB CREATEROLE CONNECTION LIMIT 3',
    closed: 'CREATEDB CREATEROLE CONNECTION LIMIT 0',
    careful: 'CREATEDB CREATEROLE',
    other_admin: 'SUPERUSER',
  }
  for (const [name, rights] of Object.entries(logins)) await scratch.admin.query(`CREATE ROLE ${name} LOGIN ${rights}`)
  await scratch.admin.query('ALTER ROLE careful SET default_transaction_read_only = on')
  await scratch.admin.query('CREATE DATABASE frozen')
  await scratch.admin.query('ALTER DATABASE frozen SET default_transaction_read_only = on')
  await production.admin.query('REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC')
})
afterAll(async () => {
  await opened[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface Asked {
  readonly flags?: ConfigFlags
  /** `engine` of the config. */
  readonly engine?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** What libpq's own variables lead to; of the harness' environment. */
  readonly led?: StandIn
}

interface Answer {
  readonly exit: number
  /** Of what was refused; of what was not, there is none. */
  readonly code: string | null
  readonly said: string
}

/** Everything right but what is asked for: production named, a login that may do what it must. */
async function ask({ led, ...asked }: Asked): Promise<Answer> {
  if (!led) return answer(asked)
  const before = { ...process.env }
  const port = String(await forwardTo(led))
  Object.assign(process.env, {
    PGHOST: led.socket,
    PGPORT: port,
    PGDATABASE: 'shop',
    PGSERVICE: 'x',
    PGUSER: 'rehearsal',
  })
  try {
    return await answer(asked)
  } finally {
    process.env = before
  }
}

async function answer({ flags, engine, env }: Asked): Promise<Answer> {
  const root = await mkdtemp(join(folder, 'project-'))
  if (engine) await writeFile(join(root, 'rehearsal.config.ts'), configOf(engine))
  const named = engine ? {} : { engine: 'server', server: 'env:SCRATCH', production: 'env:PRODUCTION' }
  try {
    const { record } = await rehearse({
      config: await loadConfig({ flags: { backup, out: join(root, 'out'), ...named, ...flags }, env: {}, cwd: root }),
      clock: systemClock,
      progress: silentProgress,
      signal: new AbortController().signal,
      environment: { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin'), ...env },
      specRunner: onePassingSpec,
      toolVersion: 'test',
      keep: false,
    })
    const said = record.findings.filter(({ check, status }) => check === 'engine' && status === 'not-checked')
    return {
      exit: record.verdict.answer === 'UNDECIDED' ? exitCode.undecided : exitCode.go,
      code: null,
      said: said.map(({ message }) => message).join('\n'),
    }
  } catch (thrown) {
    const { kind, code, message, hint } = asFault(thrown)
    return { exit: exitCodeOfFault(kind), code, said: `${message}\n${hint ?? ''}` }
  }
}

function configOf(engine: Readonly<Record<string, unknown>>): string {
  const { production: named = 'env:PRODUCTION', ...rest } = engine
  const project = { backup: { path: backup }, engine: rest, ...(named === null ? {} : { production: named }) }
  return `export default ${JSON.stringify(project)}\n`
}

/** Facts that say which server the backup was taken from. */
async function baselineOf(server: StandIn): Promise<string> {
  const facts = parseFacts(await readFile(join(backup, 'baseline.json'), 'utf8'))
  const hash = createHash('sha256')
    .update(`rehearsal ${await server.systemIdentifier()}`)
    .digest('hex')
  const path = join(folder, `${hash.slice(0, 8)}.json`)
  await writeFacts(path, { ...facts, server: { ...facts.server, systemIdentifierHash: hash } })
  return path
}

async function forwardTo(server: StandIn, host = '127.0.0.1', dropsOptions = false): Promise<number> {
  const forward = await Forward.open(server, host, dropsOptions)
  opened.use(forward)
  return forward.port
}

const admin = `prod_admin:${password}`

interface Mistake {
  readonly what: string
  readonly ask: () => Asked | Promise<Asked>
  readonly code: string | null
  readonly exit?: number
  readonly says: RegExp
}

/** Production by any name. */
const isProduction: readonly Mistake[] = [
  {
    what: 'one URL for both',
    ask: () => ({ env: { SCRATCH: production.url('prod_admin') } }),
    code: 'E_SERVER_UNFIT',
    says: /prod_admin is a superuser of the server \(env:SCRATCH\)/,
  },
  {
    what: 'one URL for both, of a fit login',
    ask: () => ({ env: { SCRATCH: production.url() } }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the address of production \(env:PRODUCTION\)/,
  },
  {
    what: 'another database of production',
    ask: () => ({ env: { SCRATCH: production.url('rehearsal', 'shop') } }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the address of production/,
  },
  {
    what: 'its socket folder by another path',
    ask: () => ({ env: { SCRATCH: `postgresql://rehearsal@localhost/postgres?host=${folder}/p` } }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the address of production/,
  },
  {
    what: 'a port that leads to its socket',
    ask: async () => ({ env: { SCRATCH: `postgresql://rehearsal@127.0.0.1:${await forwardTo(production)}/postgres` } }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /is that of production/,
  },
  {
    what: '127.0.0.1 for localhost',
    ask: async () => {
      const port = await forwardTo(production)
      return {
        env: {
          SCRATCH: `postgresql://rehearsal@127.0.0.1:${port}/postgres`,
          PRODUCTION: `postgresql://${admin}@localhost:${port}/postgres`,
        },
      }
    },
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the address of production/,
  },
  {
    what: '::1 for localhost',
    ask: async () => {
      const port = await forwardTo(production, '::')
      return {
        env: {
          SCRATCH: `postgresql://rehearsal@[::1]:${port}/postgres`,
          PRODUCTION: `postgresql://${admin}@LOCALHOST:${port}/postgres`,
        },
      }
    },
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the address of production/,
  },
  {
    what: 'two port forwards to one server',
    ask: async () => ({
      env: {
        SCRATCH: `postgresql://rehearsal@127.0.0.1:${await forwardTo(production)}/postgres`,
        PRODUCTION: `postgresql://${admin}@127.0.0.1:${await forwardTo(production)}/postgres`,
      },
    }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /is that of production/,
  },
  {
    what: 'two port forwards, and production seen by a login that may read nothing',
    ask: async () => ({
      env: {
        SCRATCH: `postgresql://rehearsal@127.0.0.1:${await forwardTo(production)}/shop`,
        PRODUCTION: `postgresql://reader@127.0.0.1:${await forwardTo(production)}/postgres`,
      },
    }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /is that of production/,
  },
  {
    what: 'a port forward to production, with its identifier pinned',
    ask: async () => ({
      engine: { kind: 'server', connection: 'env:SCRATCH', systemIdentifier: await production.systemIdentifier() },
      env: { SCRATCH: `postgresql://rehearsal@127.0.0.1:${await forwardTo(production)}/postgres` },
    }),
    code: 'E_TARGET_UNPROVEN',
    says: /not to be read/,
  },
  {
    what: 'a copy of production, as a standby or a disk snapshot is one',
    ask: () => ({ env: { SCRATCH: copy.url(), PRODUCTION: scratch.url() } }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the system identifier of production .*a standby, or a copy of its data/,
  },
  {
    what: 'a copy of production, with its identifier pinned',
    ask: async () => ({
      engine: { kind: 'server', connection: 'env:SCRATCH', systemIdentifier: await copy.systemIdentifier() },
      env: { SCRATCH: copy.url(), PRODUCTION: scratch.url() },
    }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the system identifier of production/,
  },
  {
    what: 'the two URLs swapped',
    ask: async () => ({
      flags: { baseline: await baselineOf(scratch) },
      env: { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin') },
    }),
    code: 'E_TARGET_IS_PRODUCTION',
    says: /has the system identifier of the one that the backup was taken from/,
  },
]

const unproven: readonly Mistake[] = [
  {
    what: 'no production named',
    ask: () => ({ engine: { kind: 'server', connection: 'env:SCRATCH', production: null } }),
    code: 'E_TARGET_UNPROVEN',
    says: /names no production[^]*engine\.systemIdentifier: '\d{15,}'/,
  },
  {
    what: 'the identifier of another server pinned',
    ask: async () => ({
      engine: {
        kind: 'server',
        connection: 'env:SCRATCH',
        production: null,
        systemIdentifier: await production.systemIdentifier(),
      },
    }),
    code: 'E_TARGET_UNPROVEN',
    says: /has the system identifier \d+, and the config says \d+/,
  },
  {
    what: 'production does not answer',
    ask: () => ({ env: { PRODUCTION: `postgresql://${admin}@/postgres?host=${folder}` } }),
    code: 'E_TARGET_UNPROVEN',
    says: /production can't be asked/,
  },
  {
    what: 'production behind a transaction-mode pooler',
    ask: () => ({ env: { PRODUCTION: `postgresql://${admin}@127.0.0.1:6543/postgres` } }),
    code: 'E_TARGET_UNPROVEN',
    says: /transaction-mode pooler/,
  },
  {
    what: 'the identifier of production may not be read',
    ask: () => ({ env: { PRODUCTION: production.url('reader') } }),
    code: 'E_TARGET_UNPROVEN',
    says: /could not be read[^]*pg_control_system/,
  },
  {
    what: 'the variable of production is not set',
    ask: () => ({ env: { PRODUCTION: '' } }),
    code: 'E_ENV_MISSING',
    says: /PRODUCTION is empty/,
  },
]

const unfit: readonly Mistake[] = [
  {
    what: 'a superuser that nobody named as one',
    ask: () => ({ env: { SCRATCH: scratch.url('postgres') } }),
    code: 'E_SERVER_UNFIT',
    says: /is a superuser[^]*CREATE ROLE rehearsal LOGIN CREATEDB CREATEROLE/,
  },
  {
    what: 'another superuser than the one that was named',
    ask: () => ({ flags: { superuser: 'postgres' }, env: { SCRATCH: scratch.url('other_admin') } }),
    code: 'E_SERVER_UNFIT',
    says: /other_admin is a superuser/,
  },
  {
    what: 'no CREATEDB',
    ask: () => ({ env: { SCRATCH: scratch.url('no_databases') } }),
    code: 'E_SERVER_UNFIT',
    says: /no_databases lacks CREATEDB on/,
  },
  {
    what: 'no CREATEROLE',
    ask: () => ({ env: { SCRATCH: scratch.url('no_roles') } }),
    code: 'E_SERVER_UNFIT',
    says: /no_roles lacks CREATEROLE on/,
  },
  {
    what: 'neither',
    ask: () => ({ env: { SCRATCH: scratch.url('reader') } }),
    code: 'E_SERVER_UNFIT',
    says: /reader lacks CREATEDB CREATEROLE/,
  },
  {
    what: 'a limit of connections that is too low',
    ask: () => ({ env: { SCRATCH: scratch.url('few') } }),
    code: 'E_SERVER_UNFIT',
    says: /has 3 connections left for few, and \d+ are needed/,
  },
  {
    what: 'no connection left at all',
    ask: () => ({ env: { SCRATCH: scratch.url('closed') } }),
    code: null,
    exit: 2,
    says: /too many connections for role/,
  },
  {
    what: 'a login that is read-only',
    ask: () => ({ env: { SCRATCH: scratch.url('careful') } }),
    code: 'E_TARGET_READ_ONLY',
    says: /is read-only for careful/,
  },
  {
    what: 'a database that is read-only',
    ask: () => ({ env: { SCRATCH: scratch.url('rehearsal', 'frozen') } }),
    code: 'E_TARGET_READ_ONLY',
    says: /is read-only for rehearsal/,
  },
  {
    what: 'a server older than the dump',
    ask: () => ({ env: { SCRATCH: older.url() } }),
    code: 'E_TARGET_VERSION',
    says: /the dump is of PostgreSQL 17, the server \(env:SCRATCH\) is 15/,
  },
  {
    what: "a transaction-mode pooler's usual port",
    ask: () => ({ env: { SCRATCH: 'postgresql://rehearsal@127.0.0.1:6543/postgres' } }),
    code: 'E_TARGET_POOLER',
    says: /port 6543, a transaction-mode pooler/,
  },
  {
    what: 'a pooler on another port',
    ask: async () => {
      const port = await forwardTo(scratch, '127.0.0.1', true)
      return { env: { SCRATCH: `postgresql://rehearsal@127.0.0.1:${port}/postgres` } }
    },
    code: 'E_TARGET_POOLER',
    says: /transaction-mode pooler/,
  },
  {
    what: 'options in the URL',
    ask: () => ({ env: { SCRATCH: `${scratch.url()}&options=-c%20geqo%3Doff` } }),
    code: 'E_TARGET_POOLER',
    says: /sets `options` of its own/,
  },
  {
    what: 'stock clients, which go where a dump tells them',
    ask: () => ({ flags: { restorer: 'both' } }),
    code: 'E_USAGE',
    says: /restorer "both" is not for a server of yours/,
  },
  {
    what: 'a migration, which goes where it likes',
    ask: () => ({ flags: { migrate: 'true' } }),
    code: 'E_USAGE',
    says: /a migration is not rehearsed on a server of yours/,
  },
]

const unnamed: readonly Mistake[] = [
  {
    what: 'no server',
    ask: () => ({ flags: { server: undefined } }),
    code: 'E_CONFIG_INVALID',
    says: /needs the server named/,
  },
  {
    what: 'a variable that is not set',
    ask: () => ({ flags: { server: 'env:NOWHERE' } }),
    code: 'E_ENV_MISSING',
    says: /NOWHERE is not set/,
  },
  {
    what: 'a password on the command line',
    ask: () => ({ flags: { server: scratch.url() } }),
    code: 'E_SECRET_IN_ARGUMENT',
    says: /written out/,
  },
  {
    what: 'a connection that is none',
    ask: () => ({ env: { SCRATCH: `host=x password=${password}` } }),
    code: 'E_USAGE',
    says: /env:SCRATCH is not a connection URL/,
  },
  {
    what: 'a URL without a user',
    ask: () => ({ env: { SCRATCH: `postgresql://localhost/postgres?host=${scratch.socket}` } }),
    code: 'E_USAGE',
    says: /names no user/,
  },
  {
    what: 'a URL without a host, where PGHOST names production',
    ask: () => ({ env: { SCRATCH: 'postgresql://rehearsal@/postgres' }, led: production }),
    code: 'E_USAGE',
    says: /names no host/,
  },
  {
    what: 'a URL without a port, where PGPORT leads to production',
    ask: () => ({ env: { SCRATCH: 'postgresql://rehearsal@127.0.0.1/postgres' }, led: production }),
    code: null,
    exit: 2,
    says: /cannot connect to the server \(env:SCRATCH\)/,
  },
  {
    what: 'a URL without a database, where PGDATABASE and PGSERVICE name one',
    ask: () => ({ env: { SCRATCH: `postgresql://rehearsal@localhost?host=${scratch.socket}` }, led: production }),
    code: null,
    exit: 2,
    says: /database "rehearsal" does not exist/,
  },
  {
    what: 'a database that is not there',
    ask: () => ({ env: { SCRATCH: scratch.url('rehearsal', 'nowhere') } }),
    code: null,
    exit: 2,
    says: /database "nowhere" does not exist/,
  },
  {
    what: 'an identifier that is no text',
    ask: () => ({ engine: { kind: 'server', connection: 'env:SCRATCH', systemIdentifier: 7480000000000000 } }),
    code: 'E_CONFIG_INVALID',
    says: /write it in quotes/,
  },
]

const mistakes = [...isProduction, ...unproven, ...unfit, ...unnamed]

describe(`a server that is not to be written to (${mistakes.length} ways)`, () => {
  const before = new Map<StandIn, readonly string[]>()
  beforeAll(async () => {
    for (const server of [scratch, production, copy, older]) before.set(server, await server.inventory())
  })
  beforeEach(async () => {
    for (const server of before.keys()) await server.writes()
  })

  it.each(mistakes)('is refused, and sees no write: $what', async ({ ask: asked, code, exit = 64, says }) => {
    const given = await ask(await asked())
    expect(given).toEqual({ code, exit, said: expect.stringMatching(says) })
    expect(given.said).not.toContain(password)
    for (const [server, inventory] of before) {
      expect(await server.writes()).toEqual([])
      expect(await server.inventory()).toEqual(inventory)
    }
  })

  it('sees each of them, where there are any', async () => {
    await using session = await scratch.server.connect('shop')
    await session.query('CREATE TABLE seen ()')
    await session.query('INSERT INTO seen SELECT FROM (SELECT $1::text) AS one', ['x'])
    await session.query('DROP TABLE seen')
    expect(await scratch.writes()).toHaveLength(3)
  })
})
