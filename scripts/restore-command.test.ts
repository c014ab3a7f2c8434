import { mkdir, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentProgress } from '../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../harness/engine/index.ts'
import type { Session } from '../harness/postgres/index.ts'
import type { BringBackReport } from '../harness/run/index.ts'
import { rehearse, RunningCommand, startRehearse, type Ended } from './testing/command.ts'
import { descendantsOf } from './testing/processes.ts'
import { Project } from './testing/project.ts'
import { slowConstraint, smallDump } from './testing/small-dump.ts'

const set = fileURLToPath(new URL('../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))
const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
const canary = 'c4nary-passw0rd'

let server: DisposableServer
let admin: Session
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  admin = await server.connect('postgres')
})
afterAll(async () => {
  await admin[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

let project: Project
let database = ''
let databases = 0
beforeEach(async () => {
  project = await Project.empty()
  databases += 1
  database = `scratch_${databases}`
  await server.createDatabase(database)
})
afterEach(async () => project[Symbol.asyncDispose]())

function url(name = database): string {
  return `postgresql://postgres:${canary}@localhost/${name}?host=${server.address.host}`
}

/** With the target in the environment; nothing that is printed holds its password. */
async function restore(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const yes = args.includes('--yes') ? [] : ['--yes', database]
  const ended = await rehearse(['--verbose', 'restore', ...args, ...yes], {
    cwd: project.folder,
    env: { TARGET: url(), ...env },
  })
  expect(ended.stdout + ended.stderr).not.toContain(canary)
  return ended
}

const into = ['--to', 'env:TARGET']
const confirmed = ['dump.sql', ...into, '--not-production']

async function read(query: string): Promise<readonly (string | null)[]> {
  await using session = await server.connect(database)
  return (await session.query(query)).map((row) => Object.values(row)[0] ?? null)
}

const tables = "select tablename from pg_tables where schemaname = 'public' order by 1"

describe('rehearse restore', () => {
  test('says what it is about to do, does it, and says what came of it', async () => {
    const ended = await restore([set, ...into])
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('about to restore')])
    expect(ended.stderr).toContain(
      `  into        database ${database} at ${server.address.host}:5432, as postgres (env:TARGET)`,
    )
    expect(ended.stderr).toContain('not production: its system identifier is not that of the server')
    expect(ended.stdout).toMatch(/^ {2}public\.applications {2,}396 rows$/m)
    expect(ended.stdout).toMatch(/restored {4}676 statements, 5,452 rows\n {14}16 sequences set/)
    expect(ended.stdout).toContain(`  DONE        ${database} holds all that was asked for\n`)
  })

  test('restores an encrypted set with its key, row by row as the plain one, and leaves no plain text', async () => {
    const identity = await generateIdentity()
    const recipients = ['--recipients', await identityToRecipient(identity)]
    const made = await rehearse(['protect', set, '--out', 'safe', ...recipients], { cwd: project.folder })
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const safe = ['safe/2026-11-08-pg17', ...into]
    await mkdir(project.path('plain'))
    const env = { REHEARSAL_PLAINTEXT: project.path('plain') }
    const other = await restore([...safe, '--identity', 'env:KEY'], { ...env, KEY: await generateIdentity() })
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('does not open it')])
    expect(await read(tables)).toEqual([])
    const ended = await restore([...safe, '--identity', 'env:KEY'], { ...env, KEY: identity })
    // How many statements is the server's matter: roles that another test left there are not made again.
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/restored {4}\d{3} statements, 5,452 rows\n/)])
    expect(ended.stdout).toContain(`  DONE        ${database} holds all that was asked for\n`)
    expect(await read('select count(*) from public.applications')).toEqual(['396'])
    expect(ended.stdout + ended.stderr).not.toContain(identity)
    expect(await readdir(project.path('plain'))).toEqual([])
  })

  test('stops before anything is written, in a dry run', async () => {
    const ended = await restore([set, ...into, '--dry-run', '--table', 'users', '--only', 'schema'])
    expect([ended.code, ended.stdout]).toEqual([0, 'nothing was changed: this was a dry run\n'])
    expect(ended.stderr).toContain('rows: only definitions were asked for')
    expect(await read(tables)).toEqual([])
  })

  test('prints its report as JSON', async () => {
    const ended = await restore([set, ...into, '--json', '--table', 'users', '--table', 'forum_likes'])
    const report = JSON.parse(ended.stdout) as BringBackReport
    expect(report).toMatchObject({ kind: 'restore', version: 1, restored: { state: 'complete', refused: [] } })
    expect(report.restored?.tables.map(({ name }) => name).sort()).toEqual(['forum_likes', 'users'])
  })

  test('ends with 1 when the server refused something, and says it line by line', async () => {
    await project.write('dump.sql', smallDump('CREATE VIEW public.lost AS SELECT 1 FROM public.nowhere;'))
    const ended = await restore(confirmed)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/ REFUSED 42P01 {2}dump\.sql, line \d+: CREATE VIEW public\.lost: relation/)
    expect(ended.stdout).toContain(`  NOT DONE    ${database} is NOT complete: 1 statement refused`)
  })

  test('takes production from the config, and refuses it', async () => {
    await project.write('dump.sql', smallDump())
    await project.write('rehearsal.config.ts', "export default { project: 'shop', production: 'env:PRODUCTION_URL' }\n")
    const ended = await restore(confirmed, { PRODUCTION_URL: url('postgres') })
    expect([ended.code, ended.stderr]).toEqual([64, expect.stringContaining('E_TARGET_IS_PRODUCTION')])
    expect(await read(tables)).toEqual([])
  })

  test.each([
    { args: ['--to', 'env:TARGET'], code: 64, says: 'E_TARGET_UNPROVEN' },
    { args: ['--to', `postgres://u:${canary}@h/x`], code: 64, says: 'E_SECRET_IN_ARGUMENT' },
    { args: ['--to', `postgres://u@h/x?password=${canary}`], code: 64, says: 'E_SECRET_IN_ARGUMENT' },
    { args: ['--to', 'postgres://u@/x?host=/nowhere'], code: 2, says: 'E_TARGET_UNREACHABLE' },
    { args: [], code: 64, says: '--to' },
    { args: ['--to', 'env:TARGET', '--only', 'rows'], code: 64, says: 'schema, data' },
  ])('refuses $args', async ({ args, code, says }) => {
    await project.write('dump.sql', smallDump())
    const ended = await restore(['dump.sql', ...args])
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(says)])
  })

  test('asks for the name of the database where somebody sits, and takes no other', async () => {
    await project.write('dump.sql', smallDump())
    const options = { cwd: project.folder, env: { TARGET: url(), TERM: 'dumb' } }
    const command = `'${process.execPath}' '${bin}' restore ${confirmed.join(' ')}`
    const at = async (typed: string) =>
      new RunningCommand('bash', ['-c', `echo '${typed}' | script -qec "${command}" /dev/null`], options).ended
    const wrong = await at('yes')
    expect([wrong.code, wrong.stdout]).toEqual([64, expect.stringContaining('E_TARGET_NOT_CONFIRMED')])
    expect(await read(tables)).toEqual([])
    const right = await at(database)
    expect([right.code, right.stdout]).toEqual([
      0,
      expect.stringMatching(/about to restore[^]*type the database's name/),
    ])
    expect(await read(tables)).toEqual(['item'])
  })

  test.each([[['--yes', 'postgres']], [[]]])(
    'without a terminal and with %j shows its plan, and changes nothing',
    async (yes) => {
      await project.write('dump.sql', smallDump())
      const ended = await rehearse(['restore', ...confirmed, ...yes], { cwd: project.folder, env: { TARGET: url() } })
      expect(ended.code).toBe(64)
      expect(ended.stderr).toMatch(/about to restore[^]*E_TARGET_NOT_CONFIRMED/)
      expect(await read(tables)).toEqual([])
    },
  )

  test('when interrupted says what the target holds, and leaves nothing running, here or there', async () => {
    await project.write('dump.sql', smallDump(slowConstraint(50)))
    const command = startRehearse(['restore', ...confirmed, '--yes', database], {
      cwd: project.folder,
      env: { TARGET: url() },
    })
    const sleeping = `select pid from pg_stat_activity where datname = '${database}' and wait_event = 'PgSleep'`
    await expect.poll(async () => (await admin.query(sleeping)).length, { timeout: 20_000 }).toBe(1)
    expect(descendantsOf(command.pid)).toEqual([])
    command.child.kill('SIGINT')
    const ended = await command.ended
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('E_INTERRUPTED')])
    expect(ended.stderr).toContain(`is NOT complete: ${database} holds 1 tables, 1 of them with rows`)
    expect(await admin.query(sleeping)).toEqual([])
    expect(ended.stderr).not.toContain(canary)
  })
})

describe('rehearse restore --as', () => {
  const relations = "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"

  test('brings tables back beside those that are there, out of an encrypted set, and says how', async () => {
    const identity = await generateIdentity()
    const protect = ['protect', set, '--out', 'safe', '--recipients', await identityToRecipient(identity)]
    expect(await rehearse(protect, { cwd: project.folder })).toMatchObject({ code: 0 })
    await mkdir(project.path('plain'))
    expect(await restore([set, ...into, '--only', 'schema'])).toMatchObject({ code: 0 })
    const before = await read(tables)
    const pairs = [
      '--table',
      'applications',
      '--as',
      'applications_back',
      '--table',
      'forum_likes',
      '--as',
      'public.likes_back',
    ]
    const env = { REHEARSAL_PLAINTEXT: project.path('plain'), KEY: identity }
    const ended = await restore(['safe/2026-11-08-pg17', ...into, '--identity', 'env:KEY', ...pairs], env)
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('nothing else in it was changed')])
    expect(ended.stderr).toContain('  beside      public.applications as public.applications_back\n')
    expect(ended.stderr).toMatch(/a sequence of its own, \w+ \(for application_number_seq\)/)
    expect(ended.stderr).toMatch(/foreign key applications_\w+: the copy refers to nothing/)
    expect(ended.stderr).toContain('nobody else may read them')
    expect(await read('select count(*) from public.applications_back')).toEqual(['396'])
    const more = (await read(tables)).filter((name) => !before.includes(name))
    expect(more).toEqual(['applications_back', 'likes_back'])
    expect(await readdir(project.path('plain'))).toEqual([])
  })

  test('leaves nothing of it when it is killed', async () => {
    await read(`create function public.slow(id integer) returns integer language plpgsql immutable
      as $$ begin perform pg_sleep(20); return id; end $$`)
    await project.write('dump.sql', smallDump('CREATE INDEX slow ON public.item USING btree (public.slow(id));'))
    const before = await read(relations)
    const args = ['restore', ...confirmed, '--yes', database, '--table', 'item', '--as', 'back']
    const command = startRehearse(args, { cwd: project.folder, env: { TARGET: url() } })
    const sleeping = `select pid from pg_stat_activity where datname = '${database}' and wait_event = 'PgSleep'`
    await expect.poll(async () => (await admin.query(sleeping)).length, { timeout: 20_000 }).toBe(1)
    command.child.kill('SIGKILL')
    expect(await command.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(await read(relations)).toEqual(before)
    // A server that builds an index notices only afterwards that nobody waits for it any more.
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
    await expect.poll(async () => (await admin.query(sleeping)).length, { timeout: 20_000 }).toBe(0)
    expect(await read(relations)).toEqual(before)
  })
})
