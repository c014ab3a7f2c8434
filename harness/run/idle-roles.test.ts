import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedEngine } from '../engine/index.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'
import { itemDump } from './testing/scratch-server.ts'
import { StandIn } from './testing/two-servers.ts'

const names = ['app', 'idle', 'idle_member', 'used_member'] as const
const roles = names.map((name) => `CREATE ROLE ${name};\nALTER ROLE ${name} WITH NOSUPERUSER NOLOGIN;\n`).join('')
const memberships = 'GRANT idle TO idle_member GRANTED BY postgres;\nGRANT app TO used_member GRANTED BY postgres;\n'
const owner = 'ALTER TABLE public.item OWNER TO app;'

/**
 * The database knows app and used_member; nobody uses the others. Who restores without being a superuser is a member of
 * all that it makes.
 */
describe.for([15, 17] as const)('roles of a cluster, restored into %i by who is no superuser', (major) => {
  let production: StandIn
  let scratch: StandIn
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'idle-roles-'))
    production = await StandIn.start('prod_admin', major)
    scratch = await StandIn.start('postgres', major)
    await production.admin.query(roles + memberships.replaceAll(' GRANTED BY postgres', ''))
    await using shop = await production.server.connect('shop')
    await shop.query(
      `CREATE TABLE public.item (id integer NOT NULL, name text); INSERT INTO public.item VALUES (1, 'teapot'), (2, 'cup'); ${owner}`,
    )
  })
  afterAll(async () => {
    for (const opened of [production, scratch]) await opened?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function rehearse(where: 'server' | 'open', more: { readonly roles?: string; readonly dump?: string } = {}) {
    const set = await mkdtemp(join(folder, 'set-'))
    const head = '--\n-- PostgreSQL database cluster dump\n--\n\n'
    const end = '\n--\n-- PostgreSQL database cluster dump complete\n--\n\n'
    await mkdir(set, { recursive: true })
    await writeFile(join(set, 'roles.sql'), head + (more.roles ?? roles + memberships) + end)
    const version = major === 17 ? '17.10' : '15.18'
    await writeFile(join(set, 'shop.sql'), itemDump(more.dump ?? owner).replaceAll('17.10', version))
    const server = where === 'server' ? { engine: 'server', server: 'env:SCRATCH' } : {}
    const flags = { production: 'env:PRODUCTION', database: 'shop', ...server }
    const environment = { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin', 'shop') }
    const open = where === 'open' ? { engine: embeddedEngine({ strongestConfinement: 'death signal' }) } : {}
    const rehearsed = await rehearseDump(set, { ...open, flags, environment })
    return { answer: rehearsed.record.verdict.answer, red: redOf(rehearsed) }
  }

  it.for(['server', 'open'] as const)('are those that its database knows: %s', async (where) => {
    expect(await rehearse(where)).toEqual({ answer: 'GO', red: [] })
  })

  // One major says it.
  if (major === 15) return

  it.for(['server', 'open'] as const)('show what nobody owns or has a share in any more: %s', async (where) => {
    const { answer, red } = await rehearse(where, { roles: `${roles}GRANT app TO idle;\n`, dump: '\n' })
    expect(answer).toBe('NO-GO')
    const said = red.join('\n')
    expect(said).toMatch(/schema differs public.item: table public.item: owner/)
    expect(said).toMatch(/schema differs app: role app comes back, and has nothing/)
  })

  it.for(['server', 'open'] as const)('show who has become a member, and who is none any more: %s', async (where) => {
    const { answer, red } = await rehearse(where, { roles: `${roles}GRANT app TO idle;\n` })
    expect(answer).toBe('NO-GO')
    const said = red.join('\n')
    expect(said).toMatch(/schema differs idle: role idle was not there/)
    expect(said).toMatch(/schema differs used_member: role used_member comes back, and has nothing/)
  })

  it("are not checked where they have but privileges on the server's own, which nobody may give there", async () => {
    await using shop = await production.server.connect('shop')
    const grant = 'GRANT SELECT ON TABLE pg_catalog.pg_stat_database TO watcher;'
    await shop.query(`CREATE ROLE watcher; ${grant}`)
    const created = `${roles}CREATE ROLE watcher;\n${memberships}`
    const { answer, red } = await rehearse('server', { roles: created, dump: `${owner}\n${grant}` })
    expect(answer).toBe('UNDECIDED')
    expect(red.map((line) => line.split(':')[0])).toEqual([
      'engine not-checked superuser',
      'schema not-checked pg_catalog."view pg_catalog.pg_stat_database"',
      'schema not-checked watcher',
    ])
    // Nobody gave it anything: that is no want of rights.
    const lost = await rehearse('server', { roles: created })
    expect(lost.answer).toBe('NO-GO')
    expect(lost.red.join('\n')).toMatch(/schema differs watcher: role watcher comes back, and has nothing/)
  })
})
