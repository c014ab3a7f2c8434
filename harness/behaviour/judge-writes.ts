import { formatCount } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import { finding } from './finding.ts'
import type { WriteFailure, WriteProbe } from './probe-writes.ts'

export interface JudgeWritesOptions {
  /**
   * Whether the definitions are those of production: a write that fails for want of something then fails there too.
   * `unknown` where there was nothing to compare with.
   */
  readonly definitions: 'same' | 'differ' | 'unknown'
  /** Sequences that were behind their column in production too, by identity. */
  readonly behindBefore: ReadonlySet<string>
  /** Whether stand-ins for a platform's schemas were laid in, which need not have all that is called there. */
  readonly hasStandIns?: boolean
}

/**
 * States that no application raises on purpose (42704 is not among them: a setting that clients bring is missing too): the statement needs something that is not there, or the server can't
 * make sense of its own catalogue or pages. Everything else (a trigger's own error, a constraint, a privilege, a
 * policy's check, our time limit) is what the write may well end with in production.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const broken: Readonly<Record<string, string>> = {
  '42883': 'a function or operator is missing',
  '42P01': 'a table is missing',
  '42703': 'a column is missing',
  '3F000': 'a schema is missing',
  '58P01': 'a library or file is missing',
  XX000: 'the server met an internal error',
  XX001: 'rows are damaged',
  XX002: 'an index is damaged',
}

/** The check `writes`: what was tried on the copy, as findings by table and by sequence. Pure. */
export function judgeWrites(probe: WriteProbe, options: JudgeWritesOptions): Finding[] {
  const failures = Map.groupBy(
    probe.failures.filter(({ sqlstate }) => sqlstate in broken),
    ({ relation, sqlstate }) => `${relation} ${sqlstate}`,
  )
  const findings = [
    ...probe.draws.flatMap((draw) => judgeDraw(draw, options)),
    ...[...failures.values()].map((several) => judgeFailures(several, options)),
    ...leftAlone(
      probe.outOfReach,
      'they have triggers, and this server may reach others',
      'rehearse with another engine',
    ),
    ...leftAlone(probe.outOfTime, 'the time for trying writes was over', 'rehearse on a faster machine'),
  ]
  if (findings.some(({ status, notice }) => status !== 'same' && !notice)) return findings
  const { draws, tables, statements } = probe
  const message = `${formatCount(draws.length)} sequences drawn from, ${formatCount(statements)} writes to ${formatCount(tables)} tables tried and undone: nothing they need is missing`
  return [...findings, finding('writes', 'same', null, message)]
}

function judgeDraw(
  { sequence, column, gives, reached, collides }: WriteProbe['draws'][number],
  { behindBefore }: JudgeWritesOptions,
): Finding[] {
  if (!collides || gives === null) return []
  const notice = behindBefore.has(sequence)
  const message = `nextval of ${sequence} gives ${gives}, where ${column} has reached ${reached}: ${notice ? 'so it was where the backup was taken' : 'the next insert collides'}`
  const remedy = `setval() it past ${column} after a restore, and take a complete backup`
  const details = { expected: `past ${reached}`, actual: gives, remedy, notice, gravity: 'lost behaviour' } as const
  return [finding('writes', 'differs', sequence, message, details)]
}

function judgeFailures(
  several: readonly WriteFailure[],
  { definitions, hasStandIns = false }: JudgeWritesOptions,
): Finding {
  const [first] = several
  if (first === undefined) throw new TypeError('a group holds at least one failure')
  const { relation, sqlstate } = first
  const verbs = [...new Set(several.map(({ verb }) => verb))].join(' and ')
  const roles = [...new Set(several.map(({ role, owns }) => (owns ? `its owner ${role}` : role)))].join(', ')
  const message = `${verbs} of ${relation} fails as ${roles}: ${broken[sqlstate] ?? 'it is broken'} (${sqlstate})`
  const notice = definitions === 'same'
  const there = hasStandIns ? "it fails there too, or needs what the platform's stand-ins lack" : 'it fails there too'
  return finding(
    'writes',
    'differs',
    relation,
    notice ? `${message}; the definitions are production's, so ${there}` : message,
    {
      actual: sqlstate,
      remedy: 'see what its triggers, policies and defaults call',
      notice,
      gravity: 'lost behaviour',
    },
  )
}

function leftAlone(relations: readonly string[], why: string, remedy: string): Finding[] {
  if (relations.length === 0) return []
  const names = relations.slice(0, 3).join(', ')
  const more = relations.length > 3 ? ` and ${formatCount(relations.length - 3)} more` : ''
  const message = `writes to ${names}${more} were not tried: ${why}`
  return [finding('writes', 'not-checked', null, message, { remedy, notice: true })]
}
