import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import type { CheckId } from '../compare/index.ts'
import { catalogue, type BreakOutcome, type InoculationReport } from '../inoculation/index.ts'
import { recordJsonSchema } from '../report/index.ts'
import { decide, type PlannedCheck } from '../verdict/index.ts'
import { FindingBook } from './finding-book.ts'
import { judgeInoculation } from './inoculate-copy.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'
import { fixtures, rehearseSet } from './testing/rehearse-set.ts'

const seen: BreakOutcome = {
  name: 'one row deleted',
  object: 'public.users',
  check: 'row counts',
  seen: true,
  message: '',
  ms: 1,
}
const unseen: BreakOutcome = {
  ...seen,
  name: 'policy dropped',
  object: 'public.users.own',
  check: 'schema',
  seen: false,
  message: null,
}
const plan: readonly PlannedCheck[] = [{ check: 'inoculation', because: 'a test' }]

function verdictOf(report: Pick<InoculationReport, 'breaks'> & Partial<InoculationReport>) {
  const book = new FindingBook()
  judgeInoculation({ seed: 1, wanted: 2, against: 'baseline', leftBehind: [], ...report }, book)
  return decide({ plan, findings: book.findings, waivers: [], now: new Date() })
}

test('breaks that were all seen are part of a GO', () => {
  expect(verdictOf({ breaks: [seen, { ...seen, object: 'b' }] }).answer).toBe('GO')
})

test('one unseen break makes the answer UNDECIDED, and the blind check is named', () => {
  const { answer, reasons } = verdictOf({ breaks: [seen, unseen] })
  expect(answer).toBe('UNDECIDED')
  expect(reasons[0]?.text).toBe('not checked: policy dropped, public.users.own: the check schema did not see it')
})

test('nothing that could be broken is no proof; less than was wanted is said', () => {
  expect(verdictOf({ breaks: [] }).answer).toBe('UNDECIDED')
  const { answer, notices } = verdictOf({ breaks: [seen] })
  expect(answer).toBe('GO')
  expect(notices.map(({ message }) => message)).toEqual(['only 1 of 2 ways to break the copy were possible here'])
})

test('what stays behind makes the answer UNDECIDED', () => {
  const breaks = [seen, { ...seen, object: 'b' }]
  expect(verdictOf({ breaks, leftBehind: ['table public.users'] }).answer).toBe('UNDECIDED')
})

/** Why no break of the copy could make it red. A new check belongs here, or has breaks. */
const unbroken: Partial<Record<CheckId, string>> = {
  artefacts: 'looks at files',
  completeness: 'looks at files',
  'content kind': 'looks at files',
  restore: 'is over before there is a copy',
  engine: 'is about the server',
  queries: "asks what is the user's own",
  inoculation: 'is this one',
  age: 'looks at files',
  size: 'looks at files',
  'recovery time': 'is about time',
  storage: 'looks at files',
  baseline: 'is about what is compared with',
}

it('has breaks of every check of the copy, and knows why the others have none', () => {
  const known = enumsOf(JSON.parse(recordJsonSchema())).find((values) => values.includes('row counts')) ?? []
  const broken = catalogue.map(({ check }): string => check)
  expect(known.length).toBeGreaterThan(15)
  expect([...new Set([...broken, ...Object.keys(unbroken)])].toSorted()).toEqual(known.toSorted())
  expect(broken.filter((check) => check in unbroken)).toEqual([])
})

/** Every list of words in a JSON schema. */
function enumsOf(schema: unknown): readonly string[][] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'enum' in schema && Array.isArray(schema.enum) ? [schema.enum.map(String)] : []
  return [...own, ...Object.values(schema).flatMap(enumsOf)]
}

const backup = join(fixtures, 'chakai', 'backups', '2026-11-08-pg17')

it('is left out where config says so, which the record says', async () => {
  const { record } = await rehearseSet('chakai', { backup, rpo: '3650d', inoculate: 'no' })
  expect(record.verdict.answer).toBe('GO')
  expect(record.inoculation).toBeNull()
  expect(record.steps.map(({ step }) => step)).not.toContain('inoculate')
  expect(record.verdict.checks.map(({ check }) => check)).not.toContain('inoculation')
  expect(record.notCovered.map(({ what }) => what)).toContain('whether a bad backup would have been seen')
})

it('holds the broken copy against itself where there is nothing of production', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inoculate-'))
  try {
    const dump = join(folder, 'dump.sql')
    await writeFile(dump, dumpWith({}))
    const { record } = await rehearseDump(dump)
    expect(record.inoculation?.against).toBe('the copy before')
    expect(record.inoculation?.breaks.map((one) => one.seen)).toEqual([true, true, true, true, true])
    expect(record.inoculation?.breaks.map(({ check }) => check)).not.toContain('access')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
