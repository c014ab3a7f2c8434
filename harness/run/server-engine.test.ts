import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { breakSet, recipes } from '../../fixtures/break.ts'
import type { ConfigFlags } from '../config/index.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'
import { itemDump } from './testing/scratch-server.ts'
import { StandIn } from './testing/two-servers.ts'
import type { Rehearsed } from './rehearse.ts'

const backup = join(fixtures, 'chakai/backups/2026-11-08-pg17')
const edupath = join(fixtures, 'edupath/backups/2026-11-08-pg17')

let scratch: StandIn
let production: StandIn
let folder: string
beforeAll(async () => {
  scratch = await StandIn.start('postgres')
  production = await StandIn.start('prod_admin')
  folder = await mkdtemp(join(tmpdir(), 'server-engine-'))
  // What is there is not to be mixed with what is restored.
  {
    await using template = await scratch.server.connect('template1')
    await template.query('CREATE TABLE public.dirt (id int)')
  }
  await scratch.admin.query('CREATE DATABASE chakai')
  await using used = await scratch.server.connect('chakai')
  await used.query('CREATE TABLE public.objects AS SELECT 1 AS mine')
})
afterAll(async () => {
  await scratch[Symbol.asyncDispose]()
  await production[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

let before: readonly string[]
beforeEach(async () => {
  before = await scratch.inventory()
})

const names = { engine: 'server', server: 'env:SCRATCH', production: 'env:PRODUCTION' }

async function rehearseThere(
  flags: ConfigFlags = {},
  user = 'rehearsal',
  signal = new AbortController().signal,
): Promise<Rehearsed> {
  const environment = { SCRATCH: scratch.url(user), PRODUCTION: production.url('prod_admin') }
  const all = { backup, baseline: join(backup, 'baseline.json'), ...names, ...flags }
  return rehearseSet('chakai', all, { environment, signal, keep: flags.out !== undefined })
}

/** A project with one dump, and no production to compare it with. */
async function rehearseDump(
  name: string,
  dump: string,
  user = 'rehearsal',
  more: ConfigFlags = {},
): Promise<Rehearsed> {
  const path = join(folder, name)
  await writeFile(path, dump)
  const environment = { SCRATCH: scratch.url(user), PRODUCTION: production.url('prod_admin') }
  const flags = { backup: path, ...names, parity: 'not-required', database: 'shop', ...more }
  return rehearseSet('chakai', flags, { environment })
}

function judged({ record }: Rehearsed): { readonly answer: string; readonly red: readonly string[] } {
  const red = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
  return {
    answer: record.verdict.answer,
    red: red.map(({ check, status, object }) => `${check} ${status} ${object}`).sort(),
  }
}

describe("a rehearsal on a server of the user's", () => {
  it('says GO of a good set, as a login that is no superuser', async () => {
    const rehearsed = await rehearseThere()
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(rehearsed.record.engine?.kind).toBe('server')
    expect(await scratch.inventory()).toEqual(before)
    expect(await production.writes()).toEqual([])
  })

  it('says GO of it as a superuser that was named', async () => {
    expect(judged(await rehearseThere({ superuser: 'postgres' }, 'postgres'))).toEqual({ answer: 'GO', red: [] })
    expect(await scratch.inventory()).toEqual(before)
  })

  it('says GO on PostgreSQL 15, as no superuser', async () => {
    await using older = await StandIn.start('old_admin', 15)
    const there = await older.inventory()
    const path = join(fixtures, 'chakai/backups/2026-11-01-pg15')
    const flags = { backup: path, baseline: join(path, 'baseline.json') }
    const environment = { SCRATCH: older.url(), PRODUCTION: production.url('prod_admin') }
    const rehearsed = await rehearseSet('chakai', { ...flags, ...names }, { environment })
    expect(judged(rehearsed)).toEqual({ answer: 'GO', red: [] })
    expect(await older.inventory()).toEqual(there)
  })

  it('says of a set that takes its roles from the platform what the embedded engine says, as a superuser', async () => {
    const path = join(fixtures, 'edupath/backups/2026-11-15-supabase-cli')
    const flags = { backup: path, baseline: join(path, 'baseline.json'), superuser: 'postgres' }
    const environment = { SCRATCH: scratch.url('postgres'), PRODUCTION: production.url('prod_admin') }
    const rehearsed = await rehearseSet('edupath', { ...flags, ...names }, { environment })
    const embedded = judged(await rehearseSet('edupath', { ...flags, engine: 'embedded' }))
    expect(judged(rehearsed)).toEqual(embedded)
    expect(await scratch.inventory()).toEqual(before)
    // Nor where nobody is called as the project's owner is: the role is made, and goes again.
    await using other = await StandIn.start('other_admin')
    const there = await other.inventory()
    const elsewhere = await rehearseSet(
      'edupath',
      { ...flags, ...names, superuser: 'other_admin' },
      { environment: { ...environment, SCRATCH: other.url('other_admin') } },
    )
    expect(elsewhere.record.engine?.provided).toContain('role postgres')
    const found = judged(elsewhere).red.filter((line) => !line.startsWith('access not-checked'))
    expect(found).toEqual(embedded.red)
    expect(await other.inventory()).toEqual(there)
  })

  it('blames nobody for an event trigger whose owner is made no superuser', async () => {
    const owned = `CREATE ROLE boss; ALTER ROLE boss WITH SUPERUSER;
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watched ON sql_drop EXECUTE FUNCTION public.watch();
ALTER EVENT TRIGGER watched OWNER TO boss;`
    const { answer, red } = judged(
      await rehearseDump('owned.sql', itemDump(owned), 'postgres', { superuser: 'postgres' }),
    )
    expect(red.filter((line) => /^engine|^restore|watched/.test(line))).toEqual([
      'engine not-checked superuser',
      'schema not-checked watched',
    ])
    expect(answer).not.toBe('GO')
    const lost = itemDump(
      owned.replace(/ON sql_drop EXECUTE FUNCTION public.watch/, 'ON sql_drop EXECUTE FUNCTION public.gone'),
    )
    const without = judged(await rehearseDump('lost.sql', lost, 'postgres', { superuser: 'postgres' }))
    expect(without.red).toContain('restore differs watched')
  })

  it('blames nothing on the set that only a superuser could restore', async () => {
    for (const set of ['2026-11-15-supabase-cli', '2026-11-08-pg17']) {
      const path = join(fixtures, 'edupath/backups', set)
      const flags = { backup: path, baseline: join(path, 'baseline.json') }
      const environment = { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin') }
      const rehearsed = await rehearseSet('edupath', { ...flags, ...names }, { environment })
      expect(judged(rehearsed).red.filter((line) => line.includes(' differs '))).toEqual([])
      expect(await scratch.inventory()).toEqual(before)
    }
  })

  it.each(['row-deleted', 'policy-removed', 'cut-at-line-end', 'no-roles'])(
    'says what an engine of ours says of %s',
    async (id) => {
      const recipe = recipes.find((candidate) => candidate.id === id)
      if (!recipe) throw new Error(`no recipe ${id}`)
      const broken = join(folder, id)
      await breakSet(edupath, broken, recipe, { reseal: true })
      const environment = { SCRATCH: scratch.url('postgres'), PRODUCTION: production.url('prod_admin') }
      const baseline = join(edupath, 'baseline.json')
      const flags = { backup: broken, baseline, ...names, superuser: 'postgres' }
      const there = judged(await rehearseSet('edupath', flags, { environment }))
      const here = judged(await rehearseSet('edupath', { backup: broken, baseline }))
      expect(there).toEqual(here)
      expect(there.answer).toBe('NO-GO')
      expect(await scratch.inventory()).toEqual(before)
    },
  )

  it('may run twice at once', async () => {
    const both = await Promise.all([rehearseThere(), rehearseThere()])
    expect(both.map(judged)).toEqual([
      { answer: 'GO', red: [] },
      { answer: 'GO', red: [] },
    ])
    expect(await scratch.inventory()).toEqual(before)
  })

  it('leaves a role of the server as it is, and does not check what the dump says beyond its attributes', async () => {
    await scratch.admin.query("CREATE ROLE chakai_owner; COMMENT ON ROLE chakai_owner IS 'ours'")
    const there = await scratch.inventory()
    const { answer, red } = judged(await rehearseThere())
    expect(await scratch.inventory()).toEqual(there)
    await scratch.admin.query('DROP ROLE chakai_owner')
    expect(red.filter((line) => line.includes(' differs '))).toEqual([])
    expect(answer).toBe('UNDECIDED')
    expect(red).toContain('engine not-checked chakai_owner')
  })

  it('misses a role that the set lacks, though the server has one of that name', async () => {
    const recipe = recipes.find(({ id }) => id === 'no-roles')
    if (!recipe) throw new Error('no recipe')
    const broken = join(folder, 'borrowed')
    await breakSet(edupath, broken, recipe, { reseal: true })
    const roles = ['edupath_app', 'edupath_reporting']
    for (const name of roles) await scratch.admin.query(`CREATE ROLE ${name}`)
    const environment = { SCRATCH: scratch.url('postgres'), PRODUCTION: production.url('prod_admin') }
    const flags = { backup: broken, baseline: join(edupath, 'baseline.json'), ...names, superuser: 'postgres' }
    const { answer, red } = judged(await rehearseSet('edupath', flags, { environment }))
    await scratch.admin.query(`DROP ROLE ${roles.join(', ')}`)
    expect(answer).toBe('NO-GO')
    expect(red.join('\n')).toMatch(/restore differs edupath_app/)
  })

  it('drops everything when it is interrupted', async () => {
    const interrupt = new AbortController()
    const running = rehearseThere({}, 'rehearsal', interrupt.signal)
    await until(async () => (await scratch.inventory()).some((line) => line.startsWith('database rehearsal_')))
    interrupt.abort()
    expect((await running).record.verdict.answer).toBe('UNDECIDED')
    expect(await scratch.inventory()).toEqual(before)
  })

  it('drops what a killed one has left, and nothing of another machine', async () => {
    const config = join(folder, 'killed')
    const command = ['bin/rehearse.mjs', 'run', '--backup', backup, '--engine', 'server', '--server', 'env:SCRATCH']
    const child = spawn(process.execPath, [...command, '--production', 'env:PRODUCTION', '--out', config], {
      env: { PATH: process.env['PATH'], SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin') },
      stdio: 'ignore',
    })
    await until(async () => (await scratch.inventory()).some((line) => line.startsWith('role chakai_web')))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const left = await scratch.inventory()
    const [lease = ''] = left.filter((line) => line.includes('rehearsal-lease'))
    expect(left).not.toEqual(before)
    const foreign = lease
      .replace(/^[^{]*/, '')
      .replace(/"run":"[0-9a-f]+"/, '"run":"0123456789ab"')
      .replace(/"databases":\[.*?\]/, '"databases":["rehearsal_0123456789ab_shop"]')
      .replace(/"roles":\[.*?\]/, '"roles":[]')
      .replace(/"host":"[^"]*"/, '"host":"elsewhere"')
    await scratch.admin.query('CREATE ROLE rehearsal_0123456789ab')
    await scratch.admin.query('CREATE DATABASE rehearsal_0123456789ab_shop')
    await scratch.admin.query(`COMMENT ON ROLE rehearsal_0123456789ab IS '${foreign}'`)
    const { record } = await rehearseThere()
    expect(record.verdict.answer).toBe('GO')
    expect(record.engine?.isolation.notes.join('\n')).toMatch(
      /dropped what a killed run had left: rehearsal_[0-9a-f]+ \(process \d+ here\)\nleft as it was: rehearsal_0123456789ab \(process \d+ on elsewhere\)/,
    )
    const after = await scratch.inventory()
    expect(after.filter((line) => /0123456789ab/.test(line))).toHaveLength(2)
    await scratch.admin.query('DROP DATABASE rehearsal_0123456789ab_shop')
    await scratch.admin.query('DROP ROLE rehearsal_0123456789ab')
    expect(await scratch.inventory()).toEqual(before)
  })

  it('keeps it where that is asked for, and says how to drop it', async () => {
    const { kept } = await rehearseThere({ out: join(folder, 'kept') })
    expect(kept?.connect).toMatch(/^psql 'host=\S+ port=5432 user=rehearsal dbname=rehearsal_[0-9a-f]+_chakai'$/)
    expect(JSON.stringify(kept)).not.toContain('c4nary')
    expect((await rehearseThere()).record.engine?.isolation.notes.join('\n')).toMatch(/left as it was: .*, kept/)
    expect(await scratch.inventory()).not.toEqual(before)
    const psql = join(process.env['REHEARSAL_CLIENTS'] ?? '/usr/lib/postgresql', '17/bin')
    await promisify(execFile)('sh', ['-c', kept?.stop ?? 'false'], { env: { PATH: `${psql}:/usr/bin:/bin` } })
    expect(await scratch.inventory()).toEqual(before)
  })
})

/** What a dump could say to a server beside its own database. */
const reaching = [
  "ALTER SYSTEM SET work_mem = '1MB';",
  "ALTER DATABASE chakai SET work_mem = '1MB';",
  'ALTER DATABASE chakai RENAME TO mine;',
  "COMMENT ON DATABASE chakai IS 'mine';",
  'GRANT CONNECT ON DATABASE chakai TO reader;',
  'REVOKE ALL ON DATABASE chakai FROM PUBLIC;',
  'DROP DATABASE chakai;',
  'DROP DATABASE IF EXISTS chakai;',
  'CREATE DATABASE mine TEMPLATE chakai;',
  "ALTER ROLE reader PASSWORD 'mine';",
  "ALTER ROLE reader SET work_mem = '1MB';",
  "ALTER USER reader IN DATABASE chakai SET work_mem = '1MB';",
  "ALTER ROLE ALL SET work_mem = '1MB';",
  'ALTER ROLE reader RENAME TO mine;',
  'DROP ROLE reader;',
  'DROP ROLE IF EXISTS reader;',
  'DROP OWNED BY reader;',
  'REASSIGN OWNED BY reader TO rehearsal;',
  'GRANT reader TO rehearsal;',
  'CREATE ROLE mine IN ROLE reader;',
  'CREATE ROLE mine2 LOGIN SUPERUSER; GRANT pg_read_server_files TO mine2;',
  "COMMENT ON ROLE reader IS 'mine';",
  "CREATE TABLESPACE mine LOCATION '/tmp';",
  'ALTER TABLESPACE pg_default SET (random_page_cost = 9);',
  'GRANT CREATE ON TABLESPACE pg_default TO reader;',
  'GRANT SET ON PARAMETER log_statement TO reader;',
  "CREATE SUBSCRIPTION mine CONNECTION 'host=127.0.0.1' PUBLICATION p;",
  "LOAD 'auto_explain';",
  '/* DROP */ alter /* x */ role "reader" -- y\n password \'mine\';',
] as const

/** Not there, in need of another server, or of what this one has not. */
const changesNothingByItself = /^(?:CREATE ROLE mine2|CREATE TABLESPACE|LOAD|CREATE SUBS|DROP OWNED|REASSIGN)/

describe('a dump that reaches beyond its database', () => {
  it.each(['rehearsal', 'postgres'])('changes nothing of the server, restored as %s', async (user) => {
    await using used = await scratch.server.connect('chakai')
    const path = join(folder, `reaching-${user}.sql`)
    await writeFile(path, itemDump(reaching.join('\n')))
    const environment = { SCRATCH: scratch.url(user), PRODUCTION: production.url('prod_admin') }
    const flags = { backup: path, ...names, parity: 'not-required', superuser: 'postgres' }
    const rehearsed = await rehearseSet('chakai', flags, { environment })
    expect(await scratch.inventory()).toEqual(before)
    expect(await used.query('SELECT mine FROM public.objects')).toEqual([{ mine: '1' }])
    expect(rehearsed.record.verdict.answer).toBe('NO-GO')
    const said = rehearsed.record.findings.map(({ message }) => message).join('\n')
    for (const what of ['chakai', 'reader', 'ALTER SYSTEM', 'SUBSCRIPTION mine']) expect(said).toContain(what)
  })

  it('would change it without the gate, statement by statement', async () => {
    await using victim = await StandIn.start('postgres')
    const silent: string[] = []
    for (const text of reaching.filter((statement) => !changesNothingByItself.test(statement))) {
      await victim.admin.query('DROP DATABASE IF EXISTS mine')
      await victim.admin.query('DROP DATABASE IF EXISTS chakai')
      await victim.admin.query('CREATE DATABASE chakai')
      await victim.admin.query('DROP ROLE IF EXISTS mine')
      const [row] = await victim.admin.query("SELECT FROM pg_roles WHERE rolname = 'reader'")
      if (!row) await victim.admin.query('CREATE ROLE reader')
      const untouched = await victim.inventory()
      await victim.admin.query(text)
      if (isDeepStrictEqual(await victim.inventory(), untouched)) silent.push(text)
    }
    expect(silent).toEqual([])
  })

  it('is told of a role that its code has made', async () => {
    const dump = itemDump("DO $$ BEGIN EXECUTE 'CREATE ROLE hidden'; END $$;")
    const { record } = await rehearseDump('hidden.sql', dump)
    await scratch.admin.query('DROP ROLE hidden')
    const said = record.findings.filter(({ object }) => object === 'leftovers').map(({ message }) => message)
    expect(said.join()).toContain('role hidden')
    expect(await scratch.inventory()).toEqual(before)
  })

  it('makes subscriptions that connect to nothing, and they go with it', async () => {
    const dump = itemDump(
      "CREATE SUBSCRIPTION news CONNECTION 'host=127.0.0.1 dbname=x' PUBLICATION p WITH (connect = false, slot_name = 'news');",
    )
    await rehearseDump('subscription.sql', dump, 'postgres', { superuser: 'postgres' })
    expect((await scratch.statements()).join()).toMatch(
      /statement: CREATE SUBSCRIPTION news[^]*DROP SUBSCRIPTION "news"/,
    )
    expect(await scratch.inventory()).toEqual(before)
  })

  it('enters no database of the server, whatever it is called', async () => {
    const cluster = `${itemDump()}\n\\connect template1\nCREATE TABLE public.stain ();\n\\connect chakai\nDROP TABLE public.objects;\nCREATE TABLE public.stain ();\n\\connect postgres\nCREATE TABLE public.stain ();\n`
    await rehearseDump('cluster.sql', cluster)
    expect(await scratch.inventory()).toEqual(before)
    for (const name of ['template1', 'chakai', 'postgres']) {
      await using session = await scratch.server.connect(name)
      expect(await session.query("SELECT FROM pg_class WHERE relname = 'stain'")).toEqual([])
    }
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
