import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dailyProject, ManagementServer, type Query } from '../fixtures/management-server/index.ts'
import { silentProgress } from '../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../harness/engine/index.ts'
import { rehearse } from './testing/command.ts'
import { Project } from './testing/project.ts'

const token = 'sbp_0123456789abcdef0123456789abcdef01234567'

const shop = `
  CREATE TABLE users (id integer PRIMARY KEY, name text); INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 40) i;
  CREATE TABLE "Odd ""table""" (id integer); INSERT INTO "Odd ""table""" VALUES (1);
  CREATE TABLE gone (id integer);
  CREATE SCHEMA storage;
  CREATE TABLE storage.objects (id integer, metadata jsonb);
  INSERT INTO storage.objects VALUES (1, '{"size": 3000000}'), (2, '{"size": 1024}'), (3, NULL);`

let server: DisposableServer
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await server.createDatabase('shop')
  await using session = await server.connect('shop')
  await session.query(shop)
})
afterAll(() => server[Symbol.asyncDispose]())

/** As the platform does: read-only, and with a search path of its own. */
const query: Query = async (text) => {
  await using session = await server.connect('shop')
  await session.query(`SET search_path = ''; SET default_transaction_read_only = on`)
  return await session.query(text)
}

describe('platform counts', () => {
  async function compared(change: string, ...args: readonly string[]) {
    await using project = await Project.small()
    await using platform = await ManagementServer.start({ project: dailyProject(new Date()), token, query })
    const url = `postgresql://postgres:any@localhost/shop?host=${server.address.host}`
    const env = { ...platform.environment, SHOP: url }
    const facts = ['facts', 'env:SHOP', '--depth', 'counts', '--out', 'facts.json']
    expect(await rehearse(facts, { cwd: project.folder, env })).toMatchObject({ code: 0 })
    await using session = await server.connect('shop')
    await session.query(change)
    const against = ['platform', 'counts', '--against', 'facts.json', ...args]
    const ended = await rehearse(against, { cwd: project.folder, env })
    expect(JSON.stringify(platform.bodies)).not.toContain('SELECT *')
    return { ...ended, facts: await readFile(project.path('facts.json'), 'utf8') }
  }

  test('the same counts are the same; drift, a lost and a new table are named', async () => {
    expect(await compared('SELECT 1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('SAME: 4 of 4 tables'),
    })
    const drift = await compared(`INSERT INTO users VALUES (41, 'x')`)
    expect(drift).toMatchObject({ code: 1, stdout: expect.stringContaining('41 rows now, the backup 40 (+1): drift') })
    expect((await compared(`INSERT INTO users VALUES (42, 'x')`, '--tolerance', '5%')).code).toBe(0)
    const { stdout } = await compared('DROP TABLE gone; CREATE TABLE fresh (id integer)', '--format', 'json')
    const { findings } = JSON.parse(stdout) as { findings: { table: string; kind: string }[] }
    expect(findings.filter(({ kind }) => kind !== 'equal').map(({ table, kind }) => [table, kind])).toEqual([
      ['public.fresh', 'new'],
      ['public.gone', 'missing'],
    ])
  })

  async function codeOf(against: string): Promise<number | null> {
    await using project = await Project.small()
    await using platform = await ManagementServer.start({ project: dailyProject(new Date()), token, query })
    const options = { cwd: project.folder, env: { ...platform.environment } }
    return (await rehearse(['platform', 'counts', '--against', against], options)).code
  }

  test('what is no baseline is no difference', async () => {
    expect(await codeOf('dump.sql')).toBe(64)
    expect(await codeOf('nowhere')).toBe(64)
    // The folder's one dump has none beside it.
    expect(await codeOf('.')).toBe(64)
  })

  test('without a right to the query it is not decided', async () => {
    await using project = await Project.recorded()
    await using platform = await ManagementServer.start({ project: dailyProject(new Date()), token })
    const options = { cwd: project.folder, env: { ...platform.environment } }
    expect(await rehearse(['platform', 'counts', '--against', 'backups'], options)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('403'),
    })
  })
})
