import { describe, expect, it } from 'vitest'
import type { ObjectFact } from '../facts/index.ts'
import { compareFacts, diffObjects, type CompareOptions, type Finding } from './index.ts'
import { factsOf } from './testing/sample-facts.ts'

const database = (settings: string | null): ObjectFact => ({
  kind: 'database',
  identity: 'database',
  properties: { settings },
  deparsed: [],
})
const role = (settings: string | null): ObjectFact => ({
  kind: 'role',
  identity: 'app',
  properties: { 'settings here': settings },
  deparsed: [],
})

function judge(was: ObjectFact, is: ObjectFact, carries: CompareOptions['carries'] = {}): Finding | undefined {
  return compareFacts({
    baseline: factsOf({ objects: [was] }),
    restored: factsOf({ objects: [is] }),
    baselineKind: 'dump-snapshot',
    carries,
  }).find(({ check }) => check === 'schema')
}

describe('settings of a database that no dump brought', () => {
  it.each([
    'search_path=public, private',
    'TimeZone=Europe/Berlin',
    'app.tenant=blue',
    'default_text_search_config=german',
    'session_replication_role=replica',
  ])('that applications see are a difference: %s', (setting) => {
    const name = setting.split('=')[0] ?? ''
    for (const [was, is] of [
      [database(`${setting}, work_mem=8MB`), database('work_mem=8MB')],
      [role(setting), role(null)],
    ] as const) {
      const finding = judge(was, is, { roles: false })
      expect(finding).toMatchObject({ status: 'differs', notice: false, expected: name, actual: 'none' })
      expect(finding?.message).toContain(`${name} of database`)
      expect(finding?.remedy).toContain('pg_dump --create')
    }
  })

  it.each(['work_mem=8MB', 'statement_timeout=5s', 'app.settings.jwt_exp=3600', 'pgrst.db_schemas=public, api'])(
    'that they do not are a notice: %s',
    (setting) => {
      expect(judge(database(setting), database(null))).toMatchObject({ status: 'differs', notice: true })
    },
  )

  it('are no less in a set of the Supabase CLI, which never writes them: another file can', () => {
    const finding = judge(database('search_path=a'), database(null), { settings: false })
    expect(finding).toMatchObject({ notice: false, remedy: expect.stringContaining('changes.sql') })
    expect(finding?.message).toContain('search_path of database shop')
    expect(finding?.message).toContain('Supabase CLI')
    const own = judge(database('app.settings.jwt_exp=3600'), database(null), { settings: false })
    expect(own).toMatchObject({ notice: true })
    expect(own?.message).toContain('app.settings.jwt_exp; the Supabase CLI')
  })

  it('are equal where they are, in whatever order their values have commas', () => {
    const settings = 'DateStyle=ISO, DMY, search_path=public, private'
    expect(judge(database(settings), database(settings))).toMatchObject({ status: 'same' })
  })

  it('are named, and their values never shown', () => {
    const was = database('app.key=hunter-two, search_path=a')
    const is = database('app.key=hunter-three, search_path=b')
    for (const carries of [{}, { database: true }]) {
      expect(judge(was, is, carries)).toMatchObject({
        notice: false,
        expected: 'app.key, search_path',
        actual: 'app.key with another value, search_path with another value',
      })
      expect(JSON.stringify(judge(was, is, carries))).not.toContain('hunter')
    }
    const [diff] = diffObjects(factsOf({ objects: [was] }), factsOf({ objects: [is] }))
    expect(diff?.diff).toContain('app.key')
    expect(diff?.diff).not.toContain('hunter')
  })
})
