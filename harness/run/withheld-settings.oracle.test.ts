import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedEngine } from '../engine/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'
import { bringBack, type BringBackRequest } from './bring-back/index.ts'
import { bringBackRequest } from './testing/bring-back-request.ts'
import { StandIn } from './testing/two-servers.ts'

const oracle = await findOracle(17)

describe.skipIf(oracle.isSkipped)(`settings of a database that only a superuser may make, ${oracle.title}`, () => {
  let production: StandIn
  let scratch: StandIn
  let folder = ''
  let backup = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'withheld-settings-'))
    backup = join(folder, 'set')
    await mkdir(backup)
    production = await StandIn.start('prod_admin')
    scratch = await StandIn.start('postgres')
    await using shop = await production.server.connect('shop')
    for (const setting of [
      'search_path TO public, private',
      "app.motto TO 'ours'",
      'log_min_duration_statement TO 7000',
    ])
      await shop.query(`ALTER DATABASE shop SET ${setting}`)
    await shop.query('CREATE ROLE app; ALTER ROLE app IN DATABASE shop SET search_path TO private')
    await shop.query('CREATE TABLE public.item (id integer); ALTER TABLE public.item OWNER TO app')
    const roles = '--\n-- PostgreSQL database cluster dump\n--\n\nCREATE ROLE app;\nALTER ROLE app WITH NOLOGIN;\n'
    await writeFile(join(backup, 'roles.sql'), `${roles}\n--\n-- PostgreSQL database cluster dump complete\n--\n\n`)
    const dump = ['-Fc', '-f', join(backup, 'shop.dump'), '-d', 'shop']
    await runTool(toolsOf(oracle), 'pg_dump', dump, production.server.address)
  })
  afterAll(async () => {
    for (const opened of [production, scratch]) await opened?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function rehearse(where: 'server' | 'open') {
    const server = where === 'server' ? { engine: 'server', server: 'env:SCRATCH' } : {}
    const flags = { production: 'env:PRODUCTION', database: 'shop', ...server }
    const environment = { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin', 'shop') }
    const open = where === 'open' ? { engine: embeddedEngine({ strongestConfinement: 'death signal' }) } : {}
    const rehearsed = await rehearseDump(backup, { ...open, flags, environment })
    return { answer: rehearsed.record.verdict.answer, red: redOf(rehearsed) }
  }

  it('are made by who may, where the server is ours', async () => {
    expect(await rehearse('open')).toEqual({ answer: 'GO', red: [] })
  })

  it('are not checked on a server where nobody may; the others are', async () => {
    const { answer, red } = await rehearse('server')
    expect(answer).toBe('UNDECIDED')
    expect(red).toEqual([
      expect.stringMatching(
        /^engine not-checked settings: .* is no superuser of that server: app.motto, log_min_duration_statement$/,
      ),
      expect.stringMatching(/^schema not-checked database: /),
    ])
  })

  it('come along with a whole archive, and are named where they may not', async () => {
    await scratch.admin.query('CREATE ROLE app')
    const bring = async (database: string, user: string, more: Partial<BringBackRequest> = {}) => {
      await scratch.admin.query(`CREATE DATABASE ${database} OWNER ${user}`)
      const environment = { TARGET: scratch.url(user, database) }
      const report = await bringBack(bringBackRequest({ path: backup, environment, ...more }))
      const [row] = await scratch.admin.query(
        `SELECT array_to_string(setconfig, ' ') AS all FROM pg_db_role_setting
         WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = '${database}')`,
      )
      return { report, all: row?.['all'] ?? null }
    }
    const whole = await bring('whole', 'postgres')
    expect(whole.all).toBe('search_path=public, private app.motto=ours log_min_duration_statement=7000')
    expect(whole.report.restored).toMatchObject({ state: 'complete', settings: { unset: [] } })
    expect((await bring('part', 'postgres', { tables: ['public.item'] })).all).toBeNull()
    await scratch.admin.query('GRANT app TO rehearsal WITH ADMIN OPTION')
    const limited = await bring('limited', 'rehearsal')
    expect(limited.all).toBe('search_path=public, private')
    expect(limited.report.restored?.settings.unset.map(({ name }) => name)).toEqual([
      'app.motto',
      'log_min_duration_statement',
    ])
  })

  it('excuse no other that differs', async () => {
    await production.admin.query('ALTER DATABASE shop SET search_path TO elsewhere')
    const { answer, red } = await rehearse('server')
    expect(answer).toBe('NO-GO')
    expect(red.join('\n')).toMatch(/schema differs database: .*search_path/)
  })
})
