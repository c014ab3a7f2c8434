import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dailyProject, ManagementServer } from '../fixtures/management-server/index.ts'
import { rehearse } from './testing/command.ts'
import { PlatformProject, token } from './testing/platform-project.ts'
import { Project } from './testing/project.ts'

let shop: PlatformProject
beforeAll(async () => {
  shop = await PlatformProject.start(`
    CREATE TABLE users (id integer PRIMARY KEY, name text); INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 40) i;
    CREATE TABLE "Odd ""table""" (id integer); INSERT INTO "Odd ""table""" VALUES (1);
    CREATE TABLE gone (id integer);`)
})
afterAll(() => shop[Symbol.asyncDispose]())

describe('platform counts', () => {
  test('the same counts are the same; drift, a lost and a new table are named', async () => {
    await using project = await Project.small()
    await using platform = await shop.serve()
    const options = { cwd: project.folder, env: { ...platform.environment, SHOP: shop.url } }
    const facts = ['facts', 'env:SHOP', '--depth', 'counts', '--out', 'facts.json']
    expect(await rehearse(facts, options)).toMatchObject({ code: 0 })
    const compare = (...args: readonly string[]) =>
      rehearse(['platform', 'counts', '--against', 'facts.json', ...args], options)

    expect(await compare()).toMatchObject({ code: 0, stdout: expect.stringContaining('SAME: 4 of 4 tables') })
    await shop.session.query(`CREATE SCHEMA later; CREATE TABLE later.t (id integer)`)
    expect(await compare()).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/schema later .*UNDECIDED: 4 of 4/s),
    })
    await shop.session.query(`DROP SCHEMA later CASCADE; INSERT INTO users VALUES (41, 'x')`)
    const drift = expect.stringContaining('41 rows now, the backup 40 (+1): drift')
    expect(await compare()).toMatchObject({ code: 1, stdout: drift })
    expect((await compare('--tolerance', '5%')).code).toBe(0)
    await shop.session.query('DROP TABLE gone; CREATE TABLE fresh (id integer)')
    const { stdout } = await compare('--format', 'json')
    const { findings } = JSON.parse(stdout) as { findings: { table: string; kind: string }[] }
    expect(findings.filter(({ kind }) => kind !== 'equal').map(({ table, kind }) => [table, kind])).toEqual([
      ['public.fresh', 'new'],
      ['public.gone', 'missing'],
      ['public.users', 'drift'],
    ])
    expect(JSON.stringify(platform.bodies)).not.toContain('SELECT *')
  })

  test('what is no baseline is no difference', async () => {
    // The last: the folder's one dump has none beside it.
    for (const against of ['dump.sql', 'nowhere', '.']) {
      const { code, asked } = await shop.ask({}, 'counts', '--against', against)
      expect({ against, code, asked }).toEqual({ against, code: 64, asked: [] })
    }
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
