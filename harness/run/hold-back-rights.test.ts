import { expect, it } from 'vitest'
import type { Finding } from '../compare/index.ts'
import type { RefusedStatement } from '../restore/index.ts'
import { holdBackRights } from './hold-back-rights.ts'

function refused(verb: string, object: string, meaning: RefusedStatement['meaning'] = 'rights'): RefusedStatement {
  const about = { detail: null, schema: null, table: null, column: null, constraint: null }
  const refusal = { code: '42501', message: 'permission denied', ...about }
  return { file: 'shop.sql', offset: 0, line: 1, verb, object, refusal, meaning, explanation: '' }
}

function finding(object: string, message: string): Finding {
  const nothing = { expected: null, actual: null, remedy: null, attribution: null }
  return { check: 'schema', status: 'differs', object, notice: false, message, ...nothing }
}

const view = finding('pg_catalog."view pg_catalog.pg_stat_database"', 'changed privileges … is missing')
const watcher = finding('watcher', 'role watcher is missing')
const grant = refused('GRANT', 'pg_catalog.pg_stat_database')

it('what was refused for want of rights is not checked, and nothing beside it', () => {
  const read = holdBackRights({ refused: [grant] }, ['watcher'])
  expect([view, watcher].map((one) => read(one).status)).toEqual(['not-checked', 'not-checked'])
  for (const other of [
    finding('pg_catalog."view pg_catalog.pg_stat_database_conflicts"', 'changed privileges … is missing'),
    finding('pg_catalog."view pg_catalog.pg_stat"', 'changed privileges … is missing'),
    finding('public.pg_stat_database', 'table public.pg_stat_database is missing'),
    finding('app', 'role app is missing'),
    finding('watcher', 'role watcher: login differs'),
  ])
    expect([other.object, read(other).status]).toEqual([other.object, 'differs'])
})

it.each([
  ['nothing was', []],
  ['it was a loss', [refused('GRANT', 'pg_catalog.pg_stat_database', 'loss')]],
  ['it gives no role anything', [refused('CREATE EVENT TRIGGER', 'audit')]],
])('nothing is excused where %s refused', (_why, statements) => {
  const read = holdBackRights({ refused: statements }, ['watcher'])
  expect([view, watcher].map((one) => read(one).status)).toEqual(['differs', 'differs'])
})

it('a role that could not be made is missing', () => {
  const read = holdBackRights({ refused: [grant, refused('CREATE ROLE', 'watcher')] }, ['watcher'])
  expect(read(watcher).status).toBe('differs')
})
