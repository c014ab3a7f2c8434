import { expect, it } from 'vitest'
import type { Finding } from '../compare/index.ts'
import { gateCode } from '../engine/index.ts'
import type { RefusedStatement, RestoreLedger } from '../restore/index.ts'
import { holdBack } from './hold-back.ts'

const refused: RefusedStatement = {
  file: 'roles.sql',
  offset: 0,
  line: 1,
  verb: 'GRANT',
  object: 'pg_monitor',
  refusal: {
    code: gateCode.notRun,
    message: 'not run',
    detail: null,
    schema: null,
    table: null,
    column: null,
    constraint: null,
  },
  meaning: 'rights',
  explanation: '',
}
const ledger: RestoreLedger = {
  databases: ['shop'],
  statementsLoaded: 1,
  loadedByVerb: {},
  refused: [refused],
  refusedCount: 1,
  skipped: [],
  tables: [],
  orphans: [],
  missingExtensions: [],
  ms: 0,
}
const finding = (object: string, what: string): Finding => ({
  check: 'schema',
  status: 'differs',
  object,
  notice: false,
  message: `role ${object}: ${what}`,
  expected: null,
  actual: null,
  remedy: null,
  attribution: 'dump',
})

it('a membership that was not given is missed with its member, and with nobody else nor for anything else', () => {
  const read = holdBack(ledger)
  expect(read(finding('app', 'member of differs')).status).toBe('not-checked')
  expect(read(finding('app', 'member of and settings differ')).status).toBe('differs')
  expect(read(finding('app', 'settings differs')).status).toBe('differs')
  const lost = { ...refused, refusal: { ...refused.refusal, code: '42501' } }
  expect(holdBack({ ...ledger, refused: [lost] })(finding('app', 'member of differs')).status).toBe('differs')
})
