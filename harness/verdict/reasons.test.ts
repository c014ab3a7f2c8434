import { describe, expect, test } from 'vitest'
import type { CheckId, Finding } from '../compare/index.ts'
import { decide } from './decide.ts'
import { reasonsOfDifferences } from './reasons-of-differences.ts'
import { allSame, finding, fullSituation } from './sample-findings.ts'
import { planChecks } from './plan-checks.ts'
import type { Reason } from './types.ts'

const now = new Date('2026-03-10T12:00:00Z')
const plan = planChecks(fullSituation)
const reasons = (findings: readonly Finding[]): readonly Reason[] =>
  decide({ plan, findings, waivers: [], now }).reasons
const texts = (findings: readonly Finding[]): string[] => reasons(findings).map(({ text }) => text)
const lost = (table: string, expected: string, actual: string, attribution: Finding['attribution'] = 'dump'): Finding =>
  finding('row counts', 'differs', { object: table, expected, actual, attribution, message: `${table} lost rows` })

describe('reasons for NO-GO', () => {
  test('a finding alone speaks for itself', () => {
    const said = { object: 'public.users', message: 'public.users: expected 2 rows, found 1', remedy: 'look' }
    expect(reasons([finding('row counts', 'differs', said)])).toEqual([
      { check: 'row counts', object: 'public.users', text: said.message, remedy: 'look' },
    ])
  })

  test('a thousand missing rows in forty tables read as one line, the worst first', () => {
    const tables = Array.from({ length: 40 }, (_, index) => lost(`public.t${index}`, '5025', String(5025 - index)))
    expect(texts(tables)).toEqual([
      'row counts differ in 40 tables (780 rows missing): the dump itself lacks them: ' +
        'public.t39 (expected 5,025, found 4,986), public.t38 (expected 5,025, found 4,987), ' +
        'public.t37 (expected 5,025, found 4,988) and 37 more',
    ])
  })

  test('a table that did not come back at all counts with all its rows', () => {
    const gone = finding('row counts', 'differs', {
      object: 'b',
      expected: '500',
      message: 'b is missing',
      attribution: 'dump',
    })
    expect(texts([lost('a', '20', '1'), gone])).toEqual([
      'row counts differ in 2 tables (519 rows missing): the dump itself lacks them: b is missing, a (expected 20, found 1)',
    ])
  })

  test('definitions are told by their gravity, gravest first, a sequence between them', () => {
    const schema = (object: string, gravity: Finding['gravity']): Finding =>
      finding('schema', 'differs', { object, message: `${object} differs`, ...(gravity && { gravity }) })
    const found = [
      schema('remark', 'cosmetic'),
      finding('sequences', 'differs', { object: 's', message: 's is behind', gravity: 'lost behaviour' }),
      schema('policy a', 'lost protection'),
      schema('policy b', 'lost protection'),
      schema('grant', 'gained access'),
    ]
    expect(texts(found)).toEqual([
      'grant differs (gained access)',
      '2 objects of the schema differ (lost protection): policy a, policy b',
      's is behind',
      'remark differs (cosmetic)',
    ])
  })

  test('a short dump and a restore that lost rows are told apart', () => {
    const found = [
      lost('a', '2', '1'),
      lost('b', '2', '0'),
      lost('c', '2', '1', 'restore'),
      lost('d', '2', '9', 'restore'),
    ]
    const [dump, restore] = reasons(found)
    expect(dump?.text).toContain('(3 rows missing): the dump itself lacks them: b (')
    expect(restore?.text).toContain('(1 row missing, 7 rows too many): the dump has them, the restore lost them: d (')
    expect(dump?.remedy).not.toBe(restore?.remedy)
  })

  test('a table that lost rows is not named again for rows that differ', () => {
    const differ = ['a', 'b'].map((object) =>
      finding('row content', 'differs', { object, message: `${object} differs` }),
    )
    expect(texts([lost('a', '2', '1'), ...differ])).toEqual(['a lost rows', 'b differs'])
  })

  test('the most telling comes first, whatever order they were found in', () => {
    const telling: readonly CheckId[] = [
      'completeness',
      'artefacts',
      'content kind',
      'restore',
      'tables',
      'row counts',
      'row content',
      'sequences',
      'schema',
      'queries',
      'spec:a > b',
      'size',
      'age',
      'recovery time',
      'baseline',
      'engine',
    ]
    const found = telling.map((check) => finding(check, 'differs'))
    expect(reasons(found.toReversed()).map(({ check }) => check)).toEqual(telling)
  })

  test('each says what to do, even when the finding does not', () => {
    const checks = plan.map(({ check }) => check)
    const silent = reasons(checks.map((check) => finding(check, 'differs'))).filter(({ remedy }) => !remedy)
    expect(silent).toEqual([])
  })

  test('refused statements keep their words, many failed specs are counted', () => {
    const refused = ['a', 'b'].map((object) =>
      finding('restore', 'differs', { object, message: 'role "app" does not exist' }),
    )
    const failed = ['x', 'y'].map((title) => finding(`spec:f > ${title}`, 'differs', { object: title }))
    expect(texts([...failed, ...refused])).toEqual([
      '2 parts of the dump could not be restored: a: role "app" does not exist, b: role "app" does not exist',
      '2 specs failed: x, y',
    ])
  })
})

test('a sequence that is behind is named once', () => {
  const object = 'public.a_id_seq'
  const reasons = reasonsOfDifferences([
    finding('writes', 'differs', { object }),
    finding('sequences', 'differs', { object }),
  ])
  expect(reasons.map(({ check }) => check)).toEqual(['sequences'])
})

test('who sees more than in production comes before everything else, who sees less does not', () => {
  const reasons = reasonsOfDifferences([
    finding('completeness', 'differs'),
    finding('row counts', 'differs', { gravity: 'lost data' }),
    finding('access', 'differs', { object: 'public.b as anon', gravity: 'lost behaviour' }),
    finding('access', 'differs', { object: 'public.a as anon' }),
  ])
  expect(reasons.map(({ object, check }) => object ?? check)).toEqual([
    'public.a as anon',
    'completeness',
    'row counts',
    'public.b as anon',
  ])
})

describe('reasons for UNDECIDED', () => {
  test('what kept the rest from running comes first, and the rest is one line', () => {
    const found = [
      ...['artefacts', 'completeness', 'content kind'].map((check) => finding(check as CheckId, 'same')),
      finding('engine', 'not-checked', { message: 'no engine here holds Postgres 16', remedy: 'install Docker' }),
      finding('schema', 'not-checked', { message: 'nothing was restored', remedy: null }),
    ]
    expect(reasons(found)).toMatchObject([
      { check: 'engine', text: 'not checked: no engine here holds Postgres 16', remedy: 'install Docker' },
      { check: 'schema', text: 'not checked: nothing was restored' },
      { check: 'baseline', text: expect.stringContaining('14 required checks never reported: restore, baseline, ') },
    ])
  })

  test('many objects of a check are one line, with the cause they share', () => {
    const gaps = ['a', 'b', 'c', 'd'].map((object) =>
      finding('row content', 'not-checked', { object, message: 'no such collation' }),
    )
    const rest = allSame(plan.filter(({ check }) => check !== 'row content'))
    expect(texts([...rest, ...gaps])).toEqual([
      'row content not checked for 4 tables (no such collation): a, b, c and 1 more',
    ])
  })

  test('what could not be counted is not told a second time for its content', () => {
    const checks: readonly CheckId[] = ['row counts', 'row content']
    const gaps = checks.map((check) => finding(check, 'not-checked', { object: 'a', message: `a: no ${check}` }))
    const uncompared = finding('row content', 'not-checked', { object: 'b', message: 'b: no such collation' })
    const rest = allSame(plan.filter(({ check }) => !checks.some((other) => other === check)))
    expect(texts([...rest, ...gaps, uncompared])).toEqual([
      'not checked: a: no row counts',
      'not checked: b: no such collation',
    ])
  })
})

describe('reasons for GO', () => {
  const perTable = (check: CheckId): Finding[] =>
    Array.from({ length: 31 }, (_, index) =>
      finding(check, 'same', { object: `public.t${index}`, expected: '200', actual: '200' }),
    )
  const others = allSame(plan).filter(({ check }) => check !== 'row counts' && check !== 'row content')

  test('rows counted and fingerprinted in the same tables are told as one', () => {
    expect(texts([...others, ...perTable('row counts'), ...perTable('row content')])[0]).toBe(
      '31 tables, 6,200 rows: every row equal to production at the moment of the dump',
    )
  })

  test('counts alone do not claim that rows are equal', () => {
    const live = planChecks({ ...fullSituation, baseline: 'live' })
    const drifted = perTable('row counts').with(
      0,
      finding('row counts', 'same', { object: 't', expected: '3', actual: '2' }),
    )
    const said = decide({ plan: live, findings: [...others, ...drifted], waivers: [], now }).reasons
    expect(said[0]?.text).toBe('row counts match in 31 tables, 1 of them within the tolerance (see the notices)')
    expect(said.filter(({ text }) => text.includes('every row'))).toEqual([])
  })

  test('a table that was counted but not fingerprinted is not claimed to be equal', () => {
    const said = texts([...others, ...perTable('row counts'), ...perTable('row content').slice(2)])
    expect(said.slice(0, 2)).toEqual([
      '29 tables, 5,800 rows: every row equal to production at the moment of the dump',
      'row counts match in 2 more tables',
    ])
  })

  test('a table that was fingerprinted but not counted breaks the claim', () => {
    const said = texts([...others, ...perTable('row counts').slice(1), ...perTable('row content')])
    expect(said.slice(0, 2)).toEqual(['rows are equal in 31 tables', 'row counts match in 30 tables'])
  })

  test('a waived finding is said beside what was proven', () => {
    const red = finding('age', 'differs', { object: 'set', message: 'two days old' })
    const waiver = { check: 'age', object: 'set', reason: 'holiday', owner: 'ada', expires: '2026-04-01' }
    const findings = [...allSame(plan.filter(({ check }) => check !== 'age')), red]
    const said = decide({ plan, findings, waivers: [waiver], now }).reasons.at(-1)
    expect(said?.text).toBe('but for one waived finding: two days old (waived until 2026-04-01 by ada: holiday)')
  })
})
