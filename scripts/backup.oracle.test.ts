import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { copySet } from '../fixtures/breaking/copy-set.ts'
import { openSet } from '../harness/backup/index.ts'
import { inspectDump } from '../harness/dump/index.ts'
import { isRoot } from '../harness/core/index.ts'
import { findOracle } from '../harness/restore/testing/oracle-test.ts'
import { backUpUnderLoad } from './endurance/backup-under-load.ts'
import { killBackups } from './endurance/kill-backups.ts'
import { rehearse, startRehearse, type CommandOptions } from './testing/command.ts'
import { descendantsOf } from './testing/processes.ts'
import { Project } from './testing/project.ts'
import { StandIn } from './testing/stand-in.ts'
import { loadedSchema } from './testing/write-load.ts'

const oracle = await findOracle(17)
const { signal } = new AbortController()
const canary = 'c4nary-passw0rd'
/** Backups, kills and loads of each kind; scripts/endurance.ts has them by the hundred. */
const sampled = 5
const patienceMs = 300_000
const recordedByCli = fileURLToPath(new URL('../fixtures/edupath/backups/2026-11-15-supabase-cli', import.meta.url))
const packedDump = fileURLToPath(
  new URL('../fixtures/chakai/backups/2026-11-01-pg15/full_database_backup.sql.gz', import.meta.url),
)

const more = `
  CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader;
  CREATE ROLE blind LOGIN; GRANT USAGE ON SCHEMA public TO blind;
  CREATE ROLE seer LOGIN BYPASSRLS;
  ALTER TABLE public.settled ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON public.settled USING (id < 10);
  CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON public.account FOR EACH ROW EXECUTE FUNCTION public.touch();
  CREATE TABLE public."setting.of" (id int); CREATE TABLE public."setting:of" (id int); INSERT INTO public."setting:of" VALUES (1);
  CREATE SCHEMA app; CREATE TABLE app.setting (key text PRIMARY KEY); INSERT INTO app.setting VALUES ('a');
  GRANT USAGE ON SCHEMA app TO seer;
  GRANT SELECT ON ALL TABLES IN SCHEMA public, app TO seer; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public, app TO seer;`

describe.skipIf(oracle.isSkipped)(`rehearse backup: ${oracle.title}`, { timeout: patienceMs }, () => {
  let standIn: StandIn
  beforeAll(async () => {
    standIn = await StandIn.start(loadedSchema + more)
  })
  afterAll(async () => standIn[Symbol.asyncDispose]())

  let project: Project
  beforeEach(async () => {
    project = await Project.empty()
  })
  afterEach(async () => project[Symbol.asyncDispose]())

  const at = (user = 'postgres'): CommandOptions => ({
    cwd: project.folder,
    env: { SHOP: standIn.url(user, canary), REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' },
  })
  const args = ['backup', '--from', 'env:SHOP', '--out', 'sets']
  const listed = async (): Promise<readonly string[]> => readdir(project.path('sets')).catch(() => [])

  it('takes a set that is GO, closed to others whatever the umask, and says what it is', async () => {
    const words = ['--label', 'pre-migration', '--purpose', 'before the move', '--by', 'Ada', '--json']
    const open = ['sh', '-c', 'umask 000; exec "$@"', 'sh', process.execPath] as const
    const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
    const [file, ...rest] = [...open, bin, ...args, ...words]
    const environment = { PATH: process.env['PATH'], HOME: project.folder, ...at().env }
    const { stdout } = await promisify(execFile)(file, rest, { cwd: project.folder, env: environment })
    const taken = JSON.parse(stdout) as {
      path: string
      manifest: { label: string; purpose: string; createdBy: string }
    }
    expect(taken.manifest).toMatchObject({ label: 'pre-migration', purpose: 'before the move', createdBy: 'Ada' })
    expect((await stat(taken.path)).mode & 0o777).toBe(0o700)
    const names = (await readdir(taken.path)).sort()
    expect(names).toEqual(['baseline.json', 'full_database_backup.dump', 'manifest.json', 'roles.sql'])
    for (const name of names) expect((await stat(`${taken.path}/${name}`)).mode & 0o777).toBe(0o600)
    const ended = await rehearse(['run', '--backup', 'sets'], at())
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('every row equal to production')])
  })

  it('derives the plain files from the same archive, in directory format, by a role that is no superuser', async () => {
    const critical = ['account', 'setting.of', 'setting:of']
    const ended = await rehearse(
      [...args, '--format', 'directory', '--artefacts', 'all', ...critical.flatMap((table) => ['--critical', table])],
      at('seer'),
    )
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('seer may not read them')])
    const [set = ''] = await listed()
    const read = async (name: string) => inspectDump(project.path(`sets/${set}/${name}`))
    const rowsOf = ({ tables }: Awaited<ReturnType<typeof read>>, name: string) =>
      tables.find((table) => table.name === name && table.hasData)?.rows
    expect(rowsOf(await read('data_only_backup.sql'), 'entry')).toBe(30_000)
    expect((await read('schema_only_backup.sql')).holds).toMatchObject({ schema: true, data: false })
    expect((await read('schema_app_backup.sql')).tables.map(({ name }) => name)).toEqual(['setting'])
    expect(rowsOf(await read('public_schema_backup.sql'), 'account')).toBe(500)
    expect(rowsOf(await read('table_public_account_backup.sql'), 'account')).toBe(500)
    // Names that are the same as parts of a file's overwrite nothing.
    expect(rowsOf(await read('table_public_setting_of_backup.sql'), 'setting.of')).toBe(0)
    expect(rowsOf(await read('table_public_setting_of_2_backup.sql'), 'setting:of')).toBe(1)
    const rows = new Map((await openSet(project.path(`sets/${set}`))).files.map((file) => [file.name, file.rows]))
    const total = rows.get('full_database_backup') ?? 0
    expect(total).toBeGreaterThan(32_000)
    expect(rows.get('data_only_backup.sql')).toBe(total)
    expect(rows.get('public_schema_backup.sql')).toBe(total - 1)
    expect(rows.get('table_public_account_backup.sql')).toBe(500)
    expect(rows.get('schema_only_backup.sql')).toBeNull()
    expect((await read('policies_backup.sql')).entries).toMatchObject({ POLICY: 1, 'ROW SECURITY': 1 })
    expect((await read('functions_triggers_backup.sql')).entries).toMatchObject({ FUNCTION: 1, TRIGGER: 1 })
    expect(await rehearse(['run', '--backup', 'sets'], at())).toMatchObject({ code: 0 })
    // Later, out of the archive alone: the same files.
    const derive = ['backup', '--derive', `sets/${set}`, '--critical', 'account']
    expect(await rehearse([...derive, '--out', 'sets'], at())).toMatchObject({ code: 64 })
    expect(await rehearse([...derive, '--out', 'plain'], at())).toMatchObject({ code: 0 })
    const later = await openSet(project.path(`plain/${set}-derived`))
    expect(later).toMatchObject({ sealed: true, problems: [] })
    for (const { name, rows: laterRows } of later.files) expect([name, laterRows]).toEqual([name, rows.get(name)])
    expect(later.files.map(({ name }) => name)).toContain('table_public_account_backup.sql')
    const text = async (folder: string) => readFile(project.path(`${folder}/data_only_backup.sql`), 'utf8')
    const rowsText = async (folder: string) => (await text(folder)).replace(/^\\(?:un)?restrict .*$/gm, '')
    expect(await rowsText(`plain/${set}-derived`)).toBe(await rowsText(`sets/${set}`))
    await writeFile(project.path(`sets/${set}/roles.sql`), 'DROP ROLE app')
    expect(await rehearse([...derive, '--out', 'other'], at())).toMatchObject({ code: 1 })
    expect(await readdir(project.folder)).not.toContain('other')
  })

  it('is exact while others write, truncate and alter', async () => {
    const outcomes = await backUpUnderLoad({ times: sampled, signal, onBackup: () => undefined })
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([])
    expect(outcomes).toHaveLength(sampled)
  })

  it.runIf(process.platform === 'linux')('leaves a whole set or none when it is killed', async () => {
    const outcomes = await killBackups(standIn, {
      kills: sampled,
      seed: '1',
      args: [],
      signal,
      onKill: () => undefined,
    })
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([])
    expect(outcomes).toHaveLength(sampled)
  })

  it('says what has shrunk since the last set, and ends with 2 for it when it is told to be strict', async () => {
    await standIn.session.query('CREATE TABLE public.shrinking AS SELECT generate_series(1, 100) AS n')
    const take = async (rows: number, flag: string) => {
      await standIn.session.query(`DELETE FROM public.shrinking WHERE n > ${rows}`)
      return rehearse([...args, flag], at())
    }
    try {
      const whole = [await take(100, '--strict'), await take(50, '--strict')]
      expect(whole.map(({ code, stdout }) => [code, stdout.includes('WARNING')])).toEqual([
        [0, false],
        [0, false],
      ])
      const lenient = await take(20, '--json')
      const { manifest, shrunk } = JSON.parse(lenient.stdout) as { manifest: { notes: string[] }; shrunk: string[] }
      expect([lenient.code, shrunk]).toEqual([0, [expect.stringContaining('public.shrinking has 20 rows (50 before)')]])
      expect(manifest.notes).toContain(shrunk[0])
      const strict = await take(0, '--strict')
      expect([strict.code, strict.stdout]).toEqual([
        2,
        expect.stringMatching(/^ {2}WARNING: less.* is empty \(20 before/m),
      ])
    } finally {
      await standIn.session.query('DROP TABLE public.shrinking')
    }
    expect(await listed()).toHaveLength(4)
  })

  it('says that hashes of passwords are in roles.sql, and leaves them out when it is told to', async () => {
    await standIn.session.query(`CREATE ROLE keyed PASSWORD 'x'`)
    try {
      const rolesOf = async (folder: string): Promise<string> => {
        const [set = ''] = await readdir(project.path(folder))
        return readFile(project.path(`${folder}/${set}/roles.sql`), 'utf8')
      }
      expect((await rehearse(args, at())).stdout).toContain('note: roles.sql has the hashes of passwords')
      expect(await rolesOf('sets')).toContain('SCRAM-SHA-256')
      const without = await rehearse(['backup', '--from', 'env:SHOP', '--out', 'bare', '--no-role-passwords'], at())
      expect(without.stdout).toContain('have no passwords, as was asked for')
      expect(await rolesOf('bare')).not.toContain('SCRAM-SHA-256')
      expect(await rolesOf('bare')).toContain('CREATE ROLE keyed')
    } finally {
      await standIn.session.query('DROP ROLE keyed')
    }
  })

  it('puts everything away when it is interrupted, and refuses a second into one folder', async () => {
    // Holds the tables, so that both are still at work when they are looked at.
    const other = await standIn.connect()
    await other.query('BEGIN; LOCK TABLE public.entry IN ACCESS EXCLUSIVE MODE')
    try {
      const first = startRehearse(args, at())
      while (first.child.exitCode === null && !(await listed()).some((name) => name.endsWith('.part')))
        await new Promise((done) => setTimeout(done, 20))
      const second = await rehearse(args, at())
      expect([second.code, second.stderr]).toEqual([64, expect.stringContaining(`by process ${first.pid} on`)])
      first.child.kill('SIGINT')
      expect((await first.ended).code).toBe(2)
    } finally {
      await other.query('ROLLBACK')
    }
    expect(await listed()).toEqual([])
  })

  it.each([
    ['rows that row security hides', 'reader', /public\.settled \(row security hides rows\)/],
    ['tables that it may not read', 'blind', /public\.account \(no SELECT\)/],
  ])('refuses a role with %s, and writes nothing', async (_, user, words) => {
    const ended = await rehearse(args, at(user))
    expect([ended.code, ended.stderr]).toEqual([64, expect.stringMatching(words)])
    expect(await readdir(project.folder)).toEqual([])
  })

  it.each([
    ['a file in place of the folder', ['--out', 'rehearsal.txt'], /a file in its way/],
    ['connections that its format has no use for', ['--jobs', '4'], /--jobs is for a dump in directory format/],
    ['a compression that there is not', ['--compress', 'zst'], /none, gzip, lz4, zstd/],
  ])('refuses %s', async (_, more, words) => {
    await writeFile(project.path('rehearsal.txt'), '')
    const ended = await rehearse([...args, ...more], at())
    expect([ended.code, ended.stderr]).toEqual([64, expect.stringMatching(words)])
    expect(await readdir(project.folder)).toEqual(['rehearsal.txt'])
  })

  it.runIf(process.platform === 'linux')('shows its password to nobody', async () => {
    const command = startRehearse(['--verbose', ...args, '--artefacts', 'all'], at())
    const seen: string[] = []
    const sampler = setInterval(() => {
      for (const { command: line, environment } of descendantsOf(command.pid))
        if (!line.includes('bin/rehearse.mjs')) seen.push(`${line} ${environment}`)
    }, 5)
    const { code, stdout, stderr } = await command.ended
    clearInterval(sampler)
    expect(code).toBe(0)
    expect(seen.join('\n')).toContain('--snapshot=')
    expect([...seen, stdout, stderr].filter((text) => text.includes(canary))).toEqual([])
    const entries = await readdir(project.folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
    const texts = await Promise.all(files.map(async (file) => readFile(file, 'latin1')))
    expect(texts.length).toBeGreaterThan(5)
    expect(texts.filter((text) => text.includes(canary))).toEqual([])
  })

  it.runIf(isRoot() && process.platform === 'linux')('leaves nothing on a disk that fills up', async () => {
    await standIn.session.query(
      `CREATE TABLE public.wide AS SELECT n, repeat('x', 1500) AS x FROM generate_series(1, 40000) AS n`,
    )
    await mkdir(project.path('sets'))
    const run = promisify(execFile)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', project.path('sets')])
    try {
      await standIn.session.query(`ALTER TABLE public.wide ALTER COLUMN x SET STORAGE MAIN`)
      const ended = await rehearse([...args, '--compress', 'none'], at())
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('E_DISK_FULL')])
      expect(await listed()).toEqual([])
    } finally {
      await run('umount', [project.path('sets')])
      await standIn.session.query('DROP TABLE public.wide')
    }
  })

  it("seals a daily backup of the dashboard's, as of the time in its name", async () => {
    const name = 'db_cluster-08-11-2026@03-15-00.backup.gz'
    await mkdir(project.path('daily'))
    await cp(packedDump, project.path(`daily/${name}`))
    expect(await rehearse(['backup', '--import', 'daily'], at())).toMatchObject({ code: 0 })
    expect(JSON.parse(await readFile(project.path('daily/manifest.json'), 'utf8'))).toMatchObject({
      createdAt: '2026-11-08T03:15:00.000Z',
      files: [{ name, kind: 'full' }],
    })
  })

  it('seals what another tool wrote, and refuses it damaged or sealed before', async () => {
    await copySet(recordedByCli, project.path('cli'))
    for (const name of ['manifest.json', 'baseline.json']) await rm(project.path(`cli/${name}`))
    const whole = await rehearse(['backup', '--import', 'cli', '--label', 'weekly'], at())
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('is sealed')])
    expect(JSON.parse(await readFile(project.path('cli/manifest.json'), 'utf8'))).toMatchObject({ label: 'weekly' })
    expect(await rehearse(['backup', '--import', 'cli'], at())).toMatchObject({ code: 64 })
    await rm(project.path('cli/manifest.json'))
    const data = await readFile(project.path('cli/data.sql'))
    await writeFile(project.path('cli/data.sql'), data.subarray(0, data.length / 2))
    const cut = await rehearse(['backup', '--import', 'cli'], at())
    expect([cut.code, cut.stderr]).toEqual([1, expect.stringContaining('data.sql')])
    expect(await readdir(project.path('cli'))).not.toContain('manifest.json')
  })
})
