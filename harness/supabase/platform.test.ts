import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { layPlatform, platformFor, platformRoles, platformSchemas, type PlatformNeed } from './index.ts'

const need = (change: Partial<PlatformNeed>): PlatformNeed => ({
  rolesMentioned: [],
  rolesCreated: [],
  schemasMentioned: [],
  schemasCreated: [],
  ...change,
})

describe('the platform', () => {
  it('is not needed by a plain Postgres project', () => {
    const plain = need({ rolesMentioned: ['app'], rolesCreated: ['app'], schemasMentioned: ['public', 'app'] })
    expect(platformFor(plain)).toEqual({ roles: [], schemas: [] })
  })

  it('is laid in where a dump refers to it and does not bring it', () => {
    expect(platformFor(need({ rolesMentioned: ['anon'] }))).toEqual({ roles: [...platformRoles], schemas: [] })
    expect(platformFor(need({ schemasMentioned: ['auth'] })).schemas).toEqual([...platformSchemas])
  })

  it('leaves to the dump what the dump brings', () => {
    const whole = need({
      rolesMentioned: [...platformRoles],
      rolesCreated: [...platformRoles],
      schemasMentioned: ['auth'],
      schemasCreated: ['auth', 'extensions'],
    })
    expect(platformFor(whole)).toEqual({ roles: [], schemas: [] })
  })
})

describe.each([15, 17])('laid into Postgres %i', (major) => {
  let server: DisposableServer

  beforeAll(async () => {
    const options = { signal: new AbortController().signal, progress: silentProgress }
    server = await embeddedEngine().start({ major, extensions: [], plainBytes: 0, superuser: 'postgres' }, options)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('is what it says it provides, and can be laid twice', async () => {
    await using session = await server.connect('postgres')
    const platform = { roles: platformRoles, schemas: platformSchemas }
    await layPlatform(session, platform)
    await layPlatform(session, platform)
    const roles = await session.query("select rolname from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'")
    expect(new Set(roles.map(({ rolname }) => rolname))).toEqual(new Set(platformRoles))
    const schemas = await session.query(
      "select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')",
    )
    expect(new Set(schemas.map(({ nspname }) => nspname))).toEqual(new Set(platformSchemas))
  })

  it('grants nothing by default: what is restored next must not come back wider than it was', async () => {
    await using session = await server.connect('postgres')
    expect(await session.query('select * from pg_default_acl')).toEqual([])
    await session.query('create table public.secret (a int)')
    expect(await session.query("select has_table_privilege('anon', 'public.secret', 'select') as may")).toEqual([
      { may: 'f' },
    ])
  })

  it('answers as the request asks: auth.uid() reads the claims', async () => {
    await using session = await server.connect('postgres')
    await session.query(
      `select set_config('request.jwt.claims', '{"sub":"6d7cf16f-0b6e-4a6e-9c3c-1b1f1f1f1f1f"}', false)`,
    )
    expect(await session.query('select auth.uid() as uid')).toEqual([{ uid: '6d7cf16f-0b6e-4a6e-9c3c-1b1f1f1f1f1f' }])
  })
})
