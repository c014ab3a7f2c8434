import { expect, it } from 'vitest'
import type { AccessFacts, Facts, ObjectFact, SightFact } from '../facts/index.ts'
import { compareAccess } from './compare-access.ts'

const server = {
  version: '17.10',
  major: 17,
  database: 'app',
  encoding: 'UTF8',
  collation: 'C',
  ctype: 'C',
  systemIdentifierHash: null,
  databaseBytes: '0',
} as const
const table = (identity: string, parent: string | null = null): ObjectFact => ({
  kind: 'table',
  identity,
  properties: { 'partition of': parent },
  deparsed: [],
})
const rows = (schema: string, name: string, count: string): Facts['tables'][number] => ({
  schema,
  name,
  persistence: 'permanent',
  populated: true,
  rows: count,
  fingerprint: '1',
  columns: [],
})
const facts: Facts = {
  kind: 'rehearsal-facts',
  version: 1,
  takenAt: '2026-11-22T02:00:00Z',
  source: 'restored',
  server,
  schemas: ['public', 'storage'],
  objects: [table('public.events'), table('public.events_a', 'public.events'), table('storage.objects')],
  tables: [rows('public', 'events_a', '60'), rows('storage', 'objects', '46')],
  sequences: [],
}
const sightOf = (relation: string, seen: Partial<SightFact>): AccessFacts => ({
  viewers: [
    {
      name: 'anon',
      role: 'anon',
      user: null,
      sights: [{ relation, kind: 'table', privileges: 'SELECT', rows: '0', fingerprint: null, ...seen }],
    },
  ],
})

function messagesOf(relation: string, was: Partial<SightFact>, is: Partial<SightFact>): string[] {
  const both = { baseline: facts, restored: facts, baselineKind: 'dump-snapshot', notCovered: ['storage'] } as const
  const findings = compareAccess(sightOf(relation, was), sightOf(relation, is), { ...both, driftOf: () => 0 })
  return findings.filter(({ status }) => status === 'differs').map(({ message }) => message)
}

it('counts the rows of a partitioned table that a viewer sees whole by its partitions', () => {
  const seen = messagesOf('public.events', { rows: '3' }, { rows: 'all' })
  expect(seen).toEqual(['anon sees 60 rows of public.events in the copy, 3 in production'])
  expect(messagesOf('public.events', { rows: '60' }, { rows: 'all' })).toEqual([])
})

it('says who sees more of a table of the platform, and not what the platform does with it', () => {
  const seen = messagesOf('storage.objects', { rows: '40' }, { rows: 'all' })
  expect(seen).toEqual(['anon sees 46 rows of storage.objects in the copy, 40 in production'])
  expect(messagesOf('storage.objects', { rows: '40' }, { rows: '40', privileges: 'INSERT, SELECT' })).toEqual([])
  expect(messagesOf('storage.objects', { rows: '40' }, { rows: '0' })).toEqual([])
  expect(messagesOf('storage.objects', { rows: '0', sqlstate: '42501' }, { rows: '40' })).toEqual([])
})
