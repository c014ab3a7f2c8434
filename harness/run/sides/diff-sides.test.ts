import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultAccess } from '../../behaviour/index.ts'
import { loadConfig } from '../../config/index.ts'
import { Secret, silentProgress, systemClock } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { serialiseFacts, type Facts } from '../../facts/index.ts'
import { diffSides, observeDatabase, type Depth, type DiffReport } from './index.ts'

const notes = `
  CREATE TABLE notes (id integer PRIMARY KEY, owner text, body text);
  INSERT INTO notes SELECT i, 'o' || i % 3, 'secret ' || i FROM generate_series(1, 300) i;
  CREATE TABLE admitted (role text); INSERT INTO admitted VALUES ('o1');
  CREATE FUNCTION mine(text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS 'SELECT EXISTS (SELECT FROM admitted WHERE role = $1)';
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes TO anon USING (mine(owner));
  GRANT SELECT ON notes TO anon;`

let server: DisposableServer
let folder: string
const { signal } = new AbortController()
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal, progress: silentProgress })
  folder = await mkdtemp(join(tmpdir(), 'sides-'))
  await using admin = await server.connect('postgres')
  await admin.query(`CREATE ROLE anon; CREATE ROLE authenticated;
    CREATE ROLE single LOGIN BYPASSRLS CONNECTION LIMIT 1 IN ROLE pg_read_all_data, anon, authenticated`)
  const changes = {
    A: '',
    SAME: '',
    ROWS: `UPDATE notes SET body = 'x' WHERE id IN (3, 6); DELETE FROM notes WHERE id = 9; INSERT INTO notes VALUES (0, 'o0', 'new')`,
    SEEN: `INSERT INTO admitted VALUES ('o2')`,
    MORE: `CREATE TABLE more (id integer); GRANT SELECT ON more TO anon`,
  }
  for (const [name, change] of Object.entries(changes)) {
    await server.createDatabase(name)
    await using session = await server.connect(name)
    await session.query(`${notes} ${change}`)
  }
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const url = (name: string, role = 'postgres'): string =>
  `postgresql://${role}@localhost/${name}?host=${server.address.host}`

async function diff(a: string, b: string, depth: Depth = 'rows'): Promise<DiffReport> {
  const config = await loadConfig({ flags: { backup: folder }, env: {}, cwd: folder })
  const names = ['A', 'SAME', 'ROWS', 'SEEN', 'MORE'].map((name) => [name, url(name)] as const)
  const environment = Object.fromEntries([
    ...names,
    ['SINGLE', url('ROWS', 'single')],
    ['SINGLE_SAME', url('SAME', 'single')],
  ])
  const request = { a, b, depth, ignore: [], schemas: null, config, environment, clock: systemClock }
  return diffSides({ ...request, progress: silentProgress, signal })
}

async function factsFile(name: string, edit: (facts: Facts) => Facts = (facts) => facts): Promise<string> {
  const options = { depth: 'rows', schemas: null, access: defaultAccess, progress: silentProgress, signal } as const
  const path = join(folder, `${name}.json`)
  await writeFile(path, serialiseFacts(edit(await observeDatabase(new Secret(url(name), name), options))))
  return path
}

const without =
  (part: 'access' | 'observed') =>
  (facts: Facts): Facts =>
    JSON.parse(JSON.stringify({ ...facts, [part]: undefined })) as Facts

const differing = ({ findings }: DiffReport): string[] =>
  findings.filter(({ status, notice }) => status === 'differs' && !notice).map(({ message }) => message)

describe('two databases', () => {
  it('that are the same are seen alike', async () => {
    expect(await diff('env:A', 'env:SAME')).toMatchObject({ answer: 'same', findings: [], notes: [] })
  })

  it('that differ in rows: how many, and hashes of their keys', async () => {
    const [message] = differing(await diff('env:A', 'env:ROWS'))
    expect(message).toMatch(/^public\.notes: .*: 2 changed, 1 missing, 1 added \(hashes of keys( [0-9a-f]{16}){4}\)$/)
    expect(message).not.toContain('secret')
  })

  it('in which somebody sees more: the role, the table and both numbers', async () => {
    const found = differing(await diff('env:A', 'env:SEEN'))
    expect(found).toContain('anon sees 200 rows of public.notes in env:SEEN, 100 in env:A')
    expect(differing(await diff('env:A', 'env:SEEN', 'schema'))).toEqual([])
  })

  it('of which one lets us in once: the same, over one session', async () => {
    expect(await diff('env:A', 'env:SINGLE_SAME')).toMatchObject({ answer: 'same', findings: [], notes: [] })
    const [message] = differing(await diff('env:A', 'env:SINGLE'))
    expect(message).toMatch(/^public\.notes: .*: 2 changed, 1 missing, 1 added/)
  })

  it('that share the last session there is: says that it could not connect', async () => {
    await expect(diff('env:SINGLE', 'env:SINGLE_SAME')).rejects.toMatchObject({ kind: 'environment' })
  })

  it('of which one has a table more: named once, not again as seen by somebody', async () => {
    expect(differing(await diff('env:A', 'env:MORE'))).toEqual(['table public.more is only in env:MORE'])
  })
})

describe('a facts file and a database', () => {
  it('are compared in what everybody sees, whichever is named first', async () => {
    const path = await factsFile('SEEN')
    expect(differing(await diff('env:A', path))).toContain(
      `anon sees 200 rows of public.notes in ${path}, 100 in env:A`,
    )
    const back = await diff(path, 'env:A')
    expect(back.findings.map(({ check }) => check)).toContain('access')
    expect((await diff(path, 'env:SEEN')).answer).toBe('same')
  })

  it('where the file does not hold it: said', async () => {
    const path = await factsFile('A', without('access'))
    expect(await diff(path, 'env:SAME')).toMatchObject({
      answer: 'same',
      notes: [`who sees what is not compared: ${path} does not hold it`],
    })
  })

  it('where a role is not in the database: said once, and no backup is blamed for it', async () => {
    const path = await factsFile('A', ({ access, ...facts }) => {
      const [nobody] = access?.viewers.filter(({ role }) => role === 'authenticated') ?? []
      const ghosts = nobody
        ? [
            { ...nobody, name: 'ghost', role: 'ghost' },
            { ...nobody, name: 'ghost', role: 'ghost' },
          ]
        : []
      return { ...facts, access: { viewers: [...(access?.viewers ?? []), ...ghosts] } }
    })
    const { findings } = await diff(path, 'env:SAME')
    expect(findings.filter(({ check }) => check === 'access')).toMatchObject([
      { object: 'role ghost', notice: true, remedy: expect.not.stringContaining('pg_dumpall') },
    ])
  })

  it('where the file is an older program’s: what it could not know is a notice', async () => {
    const isKnown = ({ kind }: Facts['objects'][number]): boolean => kind !== 'changed privileges'
    const path = await factsFile('A', (facts) => {
      const older = without('observed')(facts)
      return { ...older, objects: older.objects.filter(isKnown) }
    })
    const { answer, findings } = await diff(path, 'env:SAME')
    expect(answer).toBe('same')
    expect(findings.map(({ notice, message }) => [notice, message.includes('recorded before this')])).toEqual([
      [true, true],
    ])
  })
})
