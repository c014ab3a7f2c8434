import { appendFile, chmod, readFile } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, describe, it } from 'vitest'
import { silentProgress } from '../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../harness/engine/index.ts'
import { findOracle, toolsOf } from '../harness/restore/testing/oracle-test.ts'
import { RunningCommand, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'

const oracle = await findOracle(17)
const page = await readFile(new URL('../docs/emergency-runbook.md', import.meta.url), 'utf8')
const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))

/** The page's blocks that are marked `sh runbook <name>`, as they stand. */
const blocks = new Map(
  [...page.matchAll(/^```sh runbook ([a-z-]+)\n([^]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]),
)
/** What the page has its reader set. */
const variables = [...page.matchAll(/^export ([A-Z_]+)='/gm)].map(([, name = '']) => name)

const schema = `
  CREATE TYPE public.state AS ENUM ('open', 'paid');
  CREATE TABLE public.customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
  CREATE TABLE public.orders (id serial PRIMARY KEY, customer bigint NOT NULL REFERENCES public.customer,
    state public.state NOT NULL DEFAULT 'open', note text);
  INSERT INTO public.customer (name) SELECT 'customer ' || n FROM generate_series(1, 200) AS n;
  INSERT INTO public.orders (customer, note) SELECT 1 + n % 200, repeat(md5(n::text), 3) FROM generate_series(1, 3000) AS n;`
const everyRow = `
  SELECT (SELECT json_agg(c ORDER BY id)::text FROM public.customer AS c) AS customers,
         (SELECT json_agg(o ORDER BY id)::text FROM public.orders AS o) AS orders,
         nextval('public.orders_id_seq') AS next`

/** Clusters of one superuser are clones of each other, and taken for one server: each has another. */
async function startServer(superuser: string): Promise<DisposableServer> {
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser }
  return embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
}

const urlOf = ({ address }: DisposableServer, name: string) =>
  `postgresql://postgres@localhost/${name}?host=${address.host}`

/** Blocks that were run. */
const done = new Set<string>()

/** A reader of the page: one shell, in which what a block exports is there for the next. */
class Reader {
  readonly #project: Project
  readonly #environment: Readonly<Record<string, string>>

  constructor(project: Project, environment: Readonly<Record<string, string>>) {
    this.#project = project
    this.#environment = environment
  }

  /** `typed`: at a terminal, on which what a block asks for is answered with this. */
  async follow(name: string, typed: string | null = null): Promise<Ended> {
    const block = blocks.get(name)
    if (block === undefined) throw new TypeError(`the page has no block ${name}`)
    done.add(name)
    const script = `[ ! -e .exports ] || . ./.exports\nset -e\n${block}\nexport -p > .exports\n`
    await this.#project.write('block.sh', script)
    const command = typed === null ? 'bash block.sh' : `echo '${typed}' | script -qec 'bash block.sh' /dev/null`
    return new RunningCommand('bash', ['-c', command], { cwd: this.#project.folder, env: this.#environment }).ended
  }
}

/** A project in which `npx rehearse` is this working copy's. */
async function installedProject(): Promise<Project> {
  const project = await Project.empty('rehearsal-runbook-')
  await project.write('package.json', '{ "private": true, "type": "module" }\n')
  await project.write(
    'rehearsal.config.ts',
    `export default { project: 'shop', production: 'env:DATABASE_URL', backup: { path: './backups' } }\n`,
  )
  const command = await project.write(
    'node_modules/.bin/rehearse',
    `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`,
  )
  await chmod(command, 0o755)
  return project
}

it('marks each command of the emergency runbook for the test that runs it, but for the addresses', () => {
  expect(blocks.size).toBeGreaterThan(10)
  expect(page.match(/^```\w+/gm)).toHaveLength(blocks.size + 2)
})

describe.skipIf(oracle.isSkipped)(`the emergency runbook: ${oracle.title}`, { timeout: 300_000 }, () => {
  /** Production, another server, and a reader at a project's folder; all of it ends with `ends`, production with itself. */
  async function stage(ends: AsyncDisposableStack) {
    const production = await startServer('postgres')
    const alive = ends.use(new AsyncDisposableStack())
    alive.use(production)
    const other = ends.use(await startServer('supabase_admin'))
    const project = ends.use(await installedProject())
    await production.createDatabase('shop')
    const asOwner = 'CREATE ROLE postgres SUPERUSER LOGIN'
    await inNewSession(other, async (admin) => admin.query(asOwner), 'postgres')
    const given = {
      DATABASE_URL: urlOf(production, 'shop'),
      NEW_SERVER_URL: urlOf(other, 'postgres'),
      NEW_DATABASE: 'shop',
      TARGET_URL: urlOf(other, 'shop'),
      LOST_TABLE: 'public.orders',
      LOST_KEY: 'id',
    }
    expect(variables).toEqual(Object.keys(given))
    const environment = {
      ...given,
      PATH: [toolsOf(oracle).folder, process.env['PATH']].join(delimiter),
      npm_config_offline: 'true',
      REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '',
    }
    const options = { cwd: project.folder, env: environment }
    const npx = async (args: string) => new RunningCommand('npx', ['rehearse', ...args.split(' ')], options).ended
    const reader = new Reader(project, environment)
    const follow = async (name: string, code = 0, typed: string | null = null): Promise<string> => {
      const { stdout, stderr, ...ended } = await reader.follow(name, typed)
      expect([name, ended.code, ended.code === code ? '' : stdout + stderr]).toEqual([name, code, ''])
      return stdout
    }
    const writer = await production.connect('shop')
    alive.use(writer)
    await writer.query(schema)
    return { production, alive, other, project, writer, npx, follow }
  }

  it('brings back a production that was deleted, by its commands as they stand', async () => {
    await using ends = new AsyncDisposableStack()
    const { production, alive, other, project, writer, npx, follow } = await stage(ends)
    // A good day: a backup, rehearsed. Then a newer one that nobody rehearsed.
    expect(await npx('backup --from env:DATABASE_URL --out backups --name good')).toMatchObject({ code: 0 })
    await follow('choose', 1)
    expect(await npx('run')).toMatchObject({ code: 0 })
    const [before] = await writer.query(everyRow)

    // The bad day.
    await writer.query(`DELETE FROM public.orders WHERE id > 100`)
    expect(await npx('backup --from env:DATABASE_URL --out backups --name bad')).toMatchObject({ code: 0 })

    await follow('stop-writes')
    await expect(writer.query('SELECT 1')).rejects.toThrow(/connection/)
    const write = `INSERT INTO public.customer (name) VALUES ('late')`
    await inNewSession(production, async (late) => expect(late.query(write)).rejects.toThrow(/read-only/))
    await follow('resume-writes')
    await inNewSession(production, async (late) => late.query('CREATE TABLE public.late AS SELECT 1 AS id'))
    await follow('stop-writes')
    await follow('salvage')
    // It is gone, with its server: whatever asks it gets no answer.
    await alive.disposeAsync()

    expect(await follow('find')).toMatch(/never[^]* GO\n/)
    const chosen = (await follow('choose')).trim()
    expect(JSON.parse(await readFile(resolve(project.folder, chosen, 'manifest.json'), 'utf8'))).toMatchObject({
      name: 'good',
    })
    await follow('verify')
    await follow('create')
    expect(await follow('look')).toContain('this was a dry run')
    await follow('bring-back', 64, 'postgres')
    expect(await follow('bring-back', 0, 'shop')).toContain('production (env:DATABASE_URL) does not answer')
    expect(await follow('check')).toContain('SAME: definitions and rows are equal')
    await inNewSession(other, async (there) => expect(await there.query(everyRow)).toEqual([before]), 'shop')
    await follow('analyze')
    await follow('what-is-lost', 1)
    expect(await readFile(project.path('what-differs.md'), 'utf8')).toMatch(/late[^]*orders|orders[^]*late/)
    await follow('back-up-anew')

    // What the page says of other codes: a target that holds something, a set that was changed.
    await follow('bring-back', 64, 'shop')
    await appendFile(resolve(project.folder, chosen, 'roles.sql'), '-- changed')
    await follow('verify', 1)
  })

  it('brings back the lost rows of one table, beside it, while production lives', async () => {
    await using ends = new AsyncDisposableStack()
    const { other, project, writer, npx, follow } = await stage(ends)
    expect(await npx('backup --from env:DATABASE_URL --out backups --name good')).toMatchObject({ code: 0 })
    const rows = 'SELECT json_agg(o ORDER BY id)::text AS rows FROM public.orders AS o'
    const [before] = await writer.query(rows)
    await writer.query(`DELETE FROM public.orders WHERE id BETWEEN 100 AND 199`)
    await follow('create')
    await follow('table-now', 0, 'shop')
    const exported = await readFile(project.path('.exports'), 'utf8')
    await project.write('.exports', `${exported}\nSET="$(ls -d backups/*/)"\nexport SET="\${SET%/}"\n`)
    expect(await follow('table-beside', 0, 'shop')).toContain('nothing else in it was changed')
    expect(await follow('table-compare')).toMatch(/^\s*100 \|\s+0 \|\s+3000$[^]*^100 lost-rows\.copy$/m)
    const beside = `SELECT count(*)::text AS rows FROM public.orders_restored`
    await inNewSession(other, async (there) => expect(await there.query(beside)).toEqual([{ rows: '3000' }]))
    await follow('table-move')
    expect(await writer.query(rows)).toEqual([before])
    // Once more, nothing is doubled or written over.
    expect(await follow('table-move', 1)).toBe('')
    expect(await writer.query(rows)).toEqual([before])
  })

  it('has no block that was not run', () => {
    expect([...done].toSorted()).toEqual([...blocks.keys()].toSorted())
  })
})

async function inNewSession<T>(
  server: DisposableServer,
  work: (session: Awaited<ReturnType<DisposableServer['connect']>>) => Promise<T>,
  database = 'shop',
): Promise<T> {
  await using session = await server.connect(database)
  return await work(session)
}
