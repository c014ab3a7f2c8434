import { expect, it } from 'vitest'
import { factsOf } from '../compare/testing/sample-facts.ts'
import type { ObjectFact } from '../facts/index.ts'
import type { RefusedStatement, RestoreLedger } from '../restore/index.ts'
import { asLeft, leftToPlatform } from './leave-to-platform.ts'

const baseline = factsOf({
  objects: [
    trigger('pgrst_ddl_watch', 'supabase_admin'),
    trigger('not_refused', 'supabase_admin'),
    trigger('of_the_user', 'postgres'),
    trigger('of_a_role', 'app'),
  ],
})
const refused = ['pgrst_ddl_watch', 'of_the_user', 'of_a_role'].map(refusalOf)
const foreign = {
  login: 'postgres',
  databaseName: (dumped: string) => dumped,
  hasDatabase: () => true,
  isOwnRole: (name: string) => name === 'dashboard_user',
  isExistingRole: (name: string) => name === 'postgres',
  platformRoles: new Set(['supabase_admin', 'postgres', 'dashboard_user']),
  leftToPlatform: new Set(['postgres', 'dashboard_user']),
  declaredRoles: new Map(),
  grantsOnDatabase: new Set<string>(),
}

it('leaves to the platform what is its own, and of what is refused alone', () => {
  expect(leftToPlatform({ foreign }, { refused }, baseline, ['supabase_realtime'])).toEqual({
    roles: new Set(['postgres']),
    members: new Set(['postgres', 'dashboard_user']),
    eventTriggers: new Set(['pgrst_ddl_watch']),
    publications: new Set(['supabase_realtime']),
  })
})

it('an owner that nobody there can be is no refusal that counts', () => {
  const left = leftToPlatform({ foreign }, { refused }, baseline, [])
  const ledger = { ...emptyLedger, refused }
  expect(asLeft(ledger, left).refused.map(({ object, meaning }) => [object, meaning])).toEqual([
    ['pgrst_ddl_watch', 'harmless'],
    ['of_the_user', 'rights'],
    ['of_a_role', 'rights'],
  ])
})

it.each([
  ['on a server of ours', undefined, baseline],
  [
    'of a database that is no project',
    { ...foreign, platformRoles: new Set([]), leftToPlatform: new Set([]) },
    baseline,
  ],
])('leaves nothing %s', (_, server, facts) => {
  const nothing = { roles: new Set(), members: new Set(), eventTriggers: new Set(), publications: new Set() }
  expect(leftToPlatform(server ? { foreign: server } : {}, { refused }, facts, [])).toEqual(nothing)
})

const emptyLedger: RestoreLedger = {
  databases: [],
  statementsLoaded: 0,
  loadedByVerb: {},
  refused: [],
  refusedCount: 0,
  skipped: [],
  tables: [],
  orphans: [],
  missingExtensions: [],
  ms: 0,
}

function trigger(identity: string, owner: string): ObjectFact {
  return { kind: 'event trigger', identity, properties: { owner }, deparsed: [] }
}

function refusalOf(object: string): RefusedStatement {
  const nothing = { detail: null, schema: null, table: null, column: null, constraint: null }
  return {
    file: 'dump.sql',
    line: 1,
    offset: 0,
    verb: 'ALTER EVENT TRIGGER OWNER TO',
    object,
    refusal: { code: '42501', message: 'permission denied', ...nothing },
    meaning: 'rights',
    explanation: '',
  }
}
