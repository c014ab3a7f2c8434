import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../core/index.ts'
import { loadConfig, settings, type ConfigFlags, type RehearsalConfig } from './index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'config-')))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const load = (flags: ConfigFlags = {}, env: Record<string, string> = {}, file?: string) =>
  loadConfig({ flags, env, cwd, file })

async function write(config: unknown, name = 'rehearsal.config.ts'): Promise<void> {
  const text = typeof config === 'string' ? config : `export default ${JSON.stringify(config)}`
  await writeFile(join(cwd, name), text)
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Fault)) throw new Error('no fault was thrown', { cause: thrown })
  return thrown
}

describe('where values come from', () => {
  test('flags beat the environment, which beats the file, which beats the defaults', async () => {
    await write({ backup: { path: 'sets' }, engine: 'container', out: 'evidence', expect: 'schema' })
    const { values, origins, root, file } = await load(
      { engine: 'embedded' },
      { REHEARSAL_ENGINE: 'server', REHEARSAL_OUT: 'elsewhere' },
    )
    expect(values).toMatchObject({
      backup: { path: join(cwd, 'sets') },
      engine: { kind: 'embedded' },
      out: join(cwd, 'elsewhere'),
      expect: 'schema',
      parity: 'required',
    })
    expect(origins).toMatchObject({
      'backup.path': 'file',
      'engine.kind': 'flag --engine',
      out: 'env:REHEARSAL_OUT',
      expect: 'file',
      parity: 'default',
    })
    expect({ root, file }).toEqual({ root: cwd, file: join(cwd, 'rehearsal.config.ts') })
  })

  test('a variable of ours with a slip in it is refused, one that may be of the user is not', async () => {
    const flags = { backup: 'x.sql' }
    for (const name of ['REHEARSAL_ENGNE', 'REHEARSAL_PARTIY', 'REHEARSAL_TIMELIMIT', 'REHEARSAL_CACHES'])
      expect([name, (await faultOf(load(flags, { [name]: 'x' }))).code]).toEqual([name, 'E_CONFIG_INVALID'])
    expect(await faultOf(load(flags, { REHEARSAL_ENGNE: 'x' }))).toMatchObject({
      message: 'there is no variable REHEARSAL_ENGNE: did you mean REHEARSAL_ENGINE?',
    })
    for (const name of [
      'TARGET',
      'WEBHOOK',
      'CANARY',
      'MIGRATION',
      'SUPABASE_SCRIPTS',
      'CACHE',
      'CLIENTS',
      'URL',
      'DB',
    ])
      expect((await load(flags, { [`REHEARSAL_${name}`]: 'x' })).values.parity).toBe('required')
  })

  test('a slip in a flag is not laid at the door of the file', async () => {
    await write({ backup: { path: 'sets' } })
    expect((await faultOf(load({ engine: 'docker' }))).message).toMatch(/^the configuration has a problem:\n {2}engine/)
  })

  test('a server that is named for another engine is refused, not passed over', async () => {
    const flags = { backup: 'x.sql', server: 'env:SCRATCH' }
    expect(await faultOf(load(flags))).toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('auto') })
    expect((await load({ ...flags, engine: 'server' })).values.engine.connection).toBe('env:SCRATCH')
  })

  test('every setting has an origin, and every default is filled in', async () => {
    const { values, origins, file } = await load({ backup: 'x.sql' })
    expect(Object.keys(origins).sort()).toEqual(settings.map(({ path }) => path).sort())
    expect(new Set(Object.values(origins))).toEqual(new Set(['default', 'flag --backup']))
    expect(file).toBeNull()
    expect(values).toMatchObject({
      database: null,
      production: null,
      schemas: null,
      tolerances: { rows: 0, tables: {} },
      budgets: { rpoMs: null, rtoMs: null },
      timeLimitMs: 86_400_000,
      specs: ['specs/**/*.spec.ts'],
      out: join(cwd, '.rehearsal/latest'),
    })
  })

  test('a path in the file is relative to the file, one typed is relative to where it was typed', async () => {
    await mkdir(join(cwd, 'deep'))
    await write({ backup: { path: '../sets' }, baseline: 'b.json' }, 'deep/mine.ts')
    const { values, root } = await load({ out: 'o', specs: 'a/*.ts,b.ts' }, {}, 'deep/mine.ts')
    expect(root).toBe(join(cwd, 'deep'))
    expect(values.backup.path).toBe(join(cwd, 'sets'))
    expect(values.baseline).toBe(join(cwd, 'deep/b.json'))
    expect(values.out).toBe(join(cwd, 'o'))
    expect(values.specs).toEqual(['../a/*.ts', '../b.ts'])
  })

  test('a place that is no folder stays as it is written, wherever it stands', async () => {
    const place = 's3://backups/prod?region=eu-central-1'
    await write({ backup: { path: place } })
    expect((await load()).values.backup.path).toBe(place)
    expect((await load({ backup: 'sftp://a@b/c' })).values.backup.path).toBe('sftp://a@b/c')
    expect((await load({}, { REHEARSAL_BACKUP: place })).values.backup.path).toBe(place)
    expect((await load({ backup: 's3:/backups' })).values.backup.path).toBe(join(cwd, 's3:/backups'))
  })

  test('every setting that names a flag or a variable can be set by it', async () => {
    const example: Record<string, string> = {
      production: 'env:A',
      parity: 'not-required',
      expect: 'data',
      depth: 'counts',
      inoculate: 'no',
      'tolerances.rows': '0.05',
      'budgets.rpo': '1h',
      'budgets.rto': '1h',
      timeLimit: '1h',
      'migration.timeout': '1h',
      'migration.url': 'socket',
      'engine.kind': 'embedded',
      restorer: 'both',
      'engine.connection': 'env:A',
    }
    const reachable = settings.filter(({ env, flag }) => env !== null && flag !== null)
    expect(reachable.length).toBeGreaterThan(15)
    for (const { path, env, flag } of reachable) {
      const value = example[path] ?? 'word'
      const key = String(flag).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      const needed = path === 'engine.connection' ? { engine: 'server' } : {}
      const byFlag = await load({ backup: 'x', ...needed, [key]: value })
      expect(byFlag.origins[path]).toBe(`flag --${flag}`)
      const byEnv = await load(path === 'backup.path' ? {} : { backup: 'x', ...needed }, { [String(env)]: value })
      expect(byEnv.origins[path]).toBe(`env:${env}`)
      expect(byEnv.values).toEqual(byFlag.values)
    }
  })

  test('a flag changes one part of the engine and keeps the rest', async () => {
    await write({ backup: { path: 'x' }, engine: { kind: 'container', image: 'postgres:15' } })
    const { values } = await load({ image: 'postgres:17' })
    expect(values.engine).toEqual({
      kind: 'container',
      image: 'postgres:17',
      superuser: null,
      connection: null,
      systemIdentifier: null,
    })
  })
})

describe('keeping sets', () => {
  test('says only what was said, in milliseconds; a label may have its own', async () => {
    const labels = { 'pre-migration': '60d', audit: 'forever', nightly: 'schedule' }
    await write({ backup: { path: 'x' }, retention: { daily: 14, labels }, budgets: { drill: '8d' } })
    const { values } = await load()
    const days = 86_400_000
    const terms = { 'pre-migration': 60 * days, audit: 'forever', nightly: 'schedule' }
    expect(values.retention).toEqual({ counts: { daily: 14 }, labels: terms })
    expect(values.budgets.drillMs).toBe(8 * days)
    expect(values.history).toBe(join(cwd, '.rehearsal/history.jsonl'))
  })

  test.each([{ floor: 0 }, { last: -1 }, { labels: { audit: 'always' } }, { keep: 3 }])(
    'refuses %j',
    async (retention) => {
      await write({ backup: { path: 'x' }, retention })
      expect((await faultOf(load())).code).toBe('E_CONFIG_INVALID')
    },
  )

  test('the address of a webhook is a secret: it is named, and one written out is not repeated', async () => {
    await write({ backup: { path: 'x' }, notify: { webhook: 'https://hooks.example.com/services/T0/B0/s3cret' } })
    const fault = await faultOf(load())
    expect(fault.code).toBe('E_SECRET_IN_ARGUMENT')
    expect(`${fault.message} ${fault.hint}`).not.toContain('s3cret')
  })

  test.each(['sb_secret_0123456789abcdef', 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl'])(
    'so is the key of a Supabase project: %s',
    async (key) => {
      await write({ backup: { path: 'x' }, supabase: { url: 'https://x.supabase.co', key } })
      const fault = await faultOf(load())
      expect(fault.code).toBe('E_SECRET_IN_ARGUMENT')
      expect(`${fault.message} ${fault.hint}`).not.toContain(key.slice(-8))
      expect(fault.hint).toContain('env:SUPABASE_SECRET_KEY')
    },
  )
})

describe('the Supabase project', () => {
  test('is named by its address and the variable of its key, else by the usual variables', async () => {
    await write({ backup: { path: 'x' }, supabase: { url: 'https://x.supabase.co', key: 'env:SHOP_KEY' } })
    const { values } = await load({}, { REHEARSAL_SUPABASE_URL: 'env:SHOP_URL' })
    expect(values.supabase).toEqual({ url: 'env:SHOP_URL', key: 'env:SHOP_KEY', projectRef: null })
    await write({ backup: { path: 'x' } }, 'other.ts')
    const usual = await load({}, {}, 'other.ts')
    expect(usual.values.supabase).toEqual({
      url: 'env:SUPABASE_URL',
      key: 'env:SUPABASE_SECRET_KEY',
      projectRef: null,
    })
  })

  test.each([
    { url: 'ftp://x' },
    { url: 'https://user@x.supabase.co' },
    { url: 'x.supabase.co' },
    { key: 'SHOP_KEY' },
    { projectRef: 'short' },
    { token: 'env:X' },
  ])('refuses %j', async (supabase) => {
    await write({ backup: { path: 'x' }, supabase })
    expect((await faultOf(load())).code).toBe('E_CONFIG_INVALID')
  })
})

describe('values', () => {
  test('are normalised: bytes, milliseconds, shares, qualified names', async () => {
    const config: RehearsalConfig = {
      backup: { path: '/b' },
      tables: {
        expected: ['users', 'app.orders'],
        minCount: { public: 31 },
        critical: ['users'],
        minRows: { users: 5 },
      },
      tolerances: { rows: '5%', tables: { events: 0.2 } },
      sizes: { minBytes: '10MB', minRatioToDatabase: '10%', tables: { users: 512 } },
      budgets: { rpo: '24h', rto: '30m' },
      queries: [
        { name: 'a', sql: 'select 1', expect: { rows: 1, value: null } },
        { name: 'b', sql: 'select 1', expect: { value: { min: 1 } } },
      ],
    }
    await write(config)
    const { values } = await load()
    expect(values.tables).toEqual({
      expected: ['public.users', 'app.orders'],
      minCount: { total: null, bySchema: { public: 31 } },
      critical: ['public.users'],
      minRows: { 'public.users': 5 },
    })
    expect(values.tolerances).toEqual({ rows: 0.05, tables: { 'public.events': 0.2 } })
    expect(values.sizes).toEqual({
      minBytes: 10 * 1024 ** 2,
      minRatioToDatabase: 0.1,
      tables: { 'public.users': 512 },
    })
    expect(values.budgets).toEqual({ rpoMs: 86_400_000, rtoMs: 1_800_000, drillMs: 35 * 86_400_000 })
    expect(values.queries).toEqual([
      { name: 'a', sql: 'select 1', rows: { min: 1, max: 1 }, value: { kind: 'equals', value: null } },
      { name: 'b', sql: 'select 1', rows: null, value: { kind: 'between', min: 1, max: null } },
    ])
  })
})

describe('a config file', () => {
  test.each(['rehearsal.config.mts', 'rehearsal.config.js', 'rehearsal.config.mjs'])('is found as %s', async (name) => {
    await write({ backup: { path: 'sets' } }, name)
    expect((await load()).file).toBe(join(cwd, name))
  })

  test('that is named must be there', async () => {
    expect(await faultOf(load({ backup: 'x' }, {}, 'other.ts'))).toMatchObject({ code: 'E_CONFIG_NOT_FOUND' })
  })

  test('is needed when no backup is named', async () => {
    expect(await faultOf(load())).toMatchObject({ code: 'E_CONFIG_NOT_FOUND' })
  })

  test('that throws, has a syntax error or exports nothing is said to be so', async () => {
    await write(`throw new Error('no such thing')`, 'a.mjs')
    expect((await faultOf(load({}, {}, 'a.mjs'))).message).toMatch(/a\.mjs cannot be run: no such thing/)
    await write('export default {', 'b.mjs')
    expect(await faultOf(load({}, {}, 'b.mjs'))).toMatchObject({ code: 'E_CONFIG_INVALID' })
    await write('export const backup = 1', 'c.mjs')
    expect((await faultOf(load({}, {}, 'c.mjs'))).hint).toContain('export default defineRehearsal')
  })
})

describe('a malformed config', () => {
  const backup = { path: 'x' }
  test.each([
    [{ backup, tables: { minCout: 3 } }, 'tables: there is no option "minCout"; did you mean "minCount"? there are:'],
    [{ backup, budget: {} }, 'config: there is no option "budget"; did you mean "budgets"?'],
    [{ backup, zzz: 1 }, 'config: there is no option "zzz"; there are: project, backup'],
    [{}, 'backup: is missing; write an object with path'],
    [{ backup: 'backups' }, "backup: 'backups' is not possible; write an object with path"],
    [{ backup, budgets: { rpo: '24 hours' } }, "budgets.rpo: '24 hours' is not possible; write a duration such as"],
    [{ backup, tolerances: { rows: 5 } }, 'tolerances.rows: 5 is not possible; write a share such as "5%"'],
    [{ backup, timeLimit: '0s' }, "timeLimit: '0s' is not possible; write a duration above 0"],
    [{ backup, timeLimit: 60 }, 'timeLimit: 60 is not possible; write a duration'],
    [{ backup, tolerances: { rows: '500%' } }, "tolerances.rows: '500%' is not possible; write a share"],
    [{ backup, tolerances: { tables: { a: -1 } } }, 'tolerances.tables.a: -1 is not possible; write a share'],
    [{ backup, sizes: { minBytes: 'big' } }, "sizes.minBytes: 'big' is not possible; write a size"],
    [{ backup, sizes: { minBytes: -1 } }, 'sizes.minBytes: -1 is not possible; write a size'],
    [
      { backup, production: 'DATABASE_URL' },
      "production: 'DATABASE_URL' is not possible; name the environment variable",
    ],
    [{ backup, parity: false }, "parity: false is not possible; write one of 'required', 'not-required'"],
    [{ backup, engine: 'docker' }, "engine.kind: 'docker' is not possible; write one of 'auto'"],
    [
      { backup, engine: { kind: 'container', imgae: 'x' } },
      'engine: there is no option "imgae"; did you mean "image"?',
    ],
    [{ backup, engine: 'server' }, "engine.connection: is missing; engine 'server' needs the server named"],
    [{ backup, schemas: [] }, 'schemas: [] is not possible; name at least one schema'],
    [{ backup, tables: { expected: 'users' } }, "tables.expected: 'users' is not possible; write a list of tables"],
    [
      { backup, tables: { minRows: { users: 1.5 } } },
      'tables.minRows.users: 1.5 is not possible; write a whole number',
    ],
    [{ backup, tables: { minRows: { users: 1, 'public.users': 2 } } }, 'a table stands there twice'],
    [
      { backup, queries: [{ name: 'a', sql: 'x', expect: {} }] },
      'queries[0].expect: {} is not possible; say what to expect',
    ],
    [{ backup, queries: [{ name: 'a', sql: 'x', expect: { rows: { min: 3, max: 1 } } }] }, 'queries[0].expect.rows: '],
    [
      { backup, queries: [1, 2].map(() => ({ name: 'a', sql: 'x', expect: { rows: 1 } })) },
      'two queries have the same name',
    ],
    [
      { backup, waivers: [{ check: 'a', object: 'b', reason: 'c', owner: 'd', expires: '2025-02-30' }] },
      "waivers[0].expires: '2025-02-30' is not possible; write a day that exists",
    ],
    [
      { backup, waivers: [{ check: 'a', object: 'b', owner: 'd', expires: '2025-02-03' }] },
      'waivers[0].reason: is missing',
    ],
    [{ backup: { path: '  ' } }, "backup.path: ' ' is not possible; write the path"],
    [{ backup: { path: 7 } }, 'backup.path: 7 is not possible'],
    [[], 'config: [] is not possible; write an object with project'],
  ])('%j', async (config, line) => {
    await write(config)
    const fault = await faultOf(load())
    expect(fault.code).toBe('E_CONFIG_INVALID')
    expect(fault.message).toContain(line)
    expect(fault.facts['problems']).toBe(1)
  })

  test('has a line for every problem', async () => {
    await write({ backup: {}, expect: 1, budgets: { rto: 'x' } })
    const { message } = await faultOf(load())
    expect(message.split('\n')).toHaveLength(4)
    expect(message).toContain('rehearsal.config.ts has 3 problems:')
  })

  test('in the environment or a flag is said to come from there', async () => {
    expect((await faultOf(load({ backup: 'x' }, { REHEARSAL_EXPECT: 'all' }))).message).toContain(
      "expect: 'all' (from env:REHEARSAL_EXPECT) is not possible",
    )
    expect((await faultOf(load({ backup: 'x', rpo: '1 day' }))).message).toContain("'1 day' (from flag --rpo)")
    expect((await faultOf(load({ backup: '' }))).message).toBe('backup.path: flag --backup is empty')
    expect((await faultOf(load({ backup: 'x' }, { REHEARSAL_OUT: ' ' }))).code).toBe('E_CONFIG_INVALID')
  })
})

describe('a connection that is written out', () => {
  const url = 'postgresql://postgres:hunter2@db.example.com:5432/postgres'

  test.each([
    ['in the file', { backup: { path: 'x' }, production: url }, {}],
    ['in the file, somewhere', { backup: { path: 'x' }, waivers: [{ reason: url }] }, {}],
    ['as a flag', { backup: { path: 'x' } }, { production: url }],
    ['as a flag in libpq form', { backup: { path: 'x' } }, { production: 'host=a password=hunter2' }],
    ['as another flag', {}, { backup: url }],
  ])('%s is refused and never repeated', async (_, config, flags) => {
    await write(config)
    const fault = await faultOf(load(flags))
    expect(fault.code).toBe('E_SECRET_IN_ARGUMENT')
    expect(`${fault.message} ${fault.hint} ${JSON.stringify(fault.facts)}`).not.toContain('hunter2')
  })

  test('in REHEARSAL_PRODUCTION itself is where it belongs: the variable is named', async () => {
    const { values } = await load({ backup: 'x' }, { REHEARSAL_PRODUCTION: url })
    expect(values.production).toBe('env:REHEARSAL_PRODUCTION')
  })

  test('in the text of a query is no connection', async () => {
    await write({
      backup: { path: 'x' },
      queries: [{ name: 'a', sql: `select count(*) from l where u = 'http://a:b@c'`, expect: { value: 0 } }],
    })
    expect((await load()).values.queries).toHaveLength(1)
  })
})
