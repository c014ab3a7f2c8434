import { describe, expect, it } from 'vitest'
import type { ObjectFact } from '../facts/index.ts'
import { compareFacts, type CompareOptions, type Finding } from './index.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'

const notCovered = {
  schemas: ['auth'],
  roles: ['anon', 'authenticator', 'postgres', 'supabase_auth_admin'],
  rolesOfPlatform: ['anon', 'authenticator', 'postgres', 'service_role', 'supabase_auth_admin'],
  settableRoles: ['anon', 'authenticator', 'postgres'],
  settingsOfPlatform: ['anon.statement_timeout', 'postgres.search_path'],
}
const role = (name: string, properties: ObjectFact['properties']): ObjectFact => objectOf('role', name, properties)
const users = (privileges: string): ObjectFact => objectOf('table', 'auth.users', { privileges })

/** What differs, as check and whether it is a notice. */
function judge(was: ObjectFact, is: ObjectFact, carries: CompareOptions['carries'] = {}): Finding[] {
  return compareFacts({
    baseline: factsOf({ objects: [was], schemas: ['public', 'auth'] }),
    restored: factsOf({ objects: [is], schemas: ['public', 'auth'] }),
    baselineKind: 'dump-snapshot',
    notCovered,
    carries,
  }).filter(({ check, status }) => check === 'schema' && status === 'differs')
}

describe('of what a platform provides, what its user gave to it', () => {
  it('a role of the platform that is no longer a member of one of the user’s', () => {
    const was = role('authenticator', { 'member of': 'anon, reporting with admin' })
    const [finding, ...others] = judge(was, role('authenticator', { 'member of': 'anon' }))
    expect(finding).toMatchObject({ object: 'authenticator', notice: false, expected: 'member of reporting' })
    expect(finding?.remedy).toContain('GRANT reporting TO authenticator;')
    expect(others).toEqual([])
  })

  it.each([
    ['what the platform grants itself', 'anon, supabase_new, pg_monitor'],
    ['what 16 and later give to who makes a role', 'reporting with admin without inherit without set'],
  ])('not %s', (_, memberships) => {
    expect(judge(role('postgres', { 'member of': memberships }), role('postgres', { 'member of': null }))).toEqual([])
  })

  it('what a role of the user’s may do in a schema of the platform, by name', () => {
    const was = users('reporting: INSERT, SELECT*\nsupabase_auth_admin: SELECT\nanon: SELECT')
    const [finding, ...others] = judge(was, users('reporting: INSERT'))
    expect(finding).toMatchObject({ object: 'auth.users', notice: false, actual: 'none' })
    expect(finding?.expected).toBe('reporting SELECT, reporting SELECT with grant option')
    expect(others).toEqual([])
  })

  it('not what its own roles may do, nor the nameless owner of an extension’s objects, whoever brings the roles', () => {
    const was = users('owner: SELECT\nservice_role: SELECT\nreporting: SELECT')
    const [finding, ...others] = judge(was, users('(none)'))
    expect(finding?.expected).toBe('reporting SELECT')
    expect(others).toEqual([])
  })

  it('settings of its roles: those that applications see differ, others are a notice, its own are neither', () => {
    const was = role('anon', { settings: 'app.key=hunter-two, statement_timeout=3s, work_mem=8MB' })
    const findings = judge(was, role('anon', { settings: null }))
    expect(findings.map(({ expected, notice }) => [expected, notice])).toEqual([
      ['app.key', false],
      ['work_mem', true],
    ])
    expect(JSON.stringify(findings)).not.toContain('hunter')
    expect(judge(role('postgres', { settings: 'search_path=a' }), role('postgres', { settings: null }))).toEqual([])
    expect(
      judge(
        role('supabase_auth_admin', { settings: 'search_path=auth' }),
        role('supabase_auth_admin', { settings: null }),
      ),
    ).toEqual([])
  })

  it('is a notice where the backup carries no roles at all', () => {
    const was = role('authenticator', { 'member of': 'reporting' })
    expect(judge(was, role('authenticator', { 'member of': null }), { roles: false })).toMatchObject([{ notice: true }])
  })

  it('is nobody’s where no platform is', () => {
    const was = users('reporting: SELECT')
    const findings = compareFacts({
      baseline: factsOf({ objects: [was], schemas: ['auth'] }),
      restored: factsOf({ objects: [was], schemas: ['auth'] }),
      baselineKind: 'dump-snapshot',
    })
    expect(findings.filter(({ status }) => status === 'differs')).toEqual([])
  })
})
