import { countOf, formatBytes, formatCount, formatDuration, scrubLine } from '../harness/core/index.ts'
import type { QualifiedName } from '../harness/dump/index.ts'
import type { BringBackPlan, BroughtBack } from '../harness/run/index.ts'

/** What is about to be done, for a person who may still stop it. */
export function renderPlan(plan: BringBackPlan): string {
  const { set, target, files, trust, wanted, tables, leftOut, warnings } = plan
  const { user, host, port, database } = target
  const out = leftOut.reduce((sum, { count }) => sum + count, 0)
  return lines([
    'about to restore',
    field('set', `${set.name}${set.isLatest ? ', the newest of its folder' : ''}`),
    field('', `${set.root}${set.createdAt === null ? '' : `, taken at ${set.createdAt}`}`),
    ...set.passedOver.map((line) => field('note', line)),
    ...files.map(({ name, plainBytes, serverVersion }) =>
      field('from', `${name}, ${formatBytes(plainBytes)}${serverVersion ? `, of PostgreSQL ${serverVersion}` : ''}`),
    ),
    field('', plan.why),
    ...trust.map((line) => field('', line)),
    field('into', `database ${database} at ${host}:${port}, as ${user} (${target.source})`),
    field('', `PostgreSQL ${target.serverVersion}, ${formatBytes(target.databaseBytes)} now`),
    field('', `not production: ${target.notProduction}`),
    ...besideOf(plan),
    field('restores', `${formatCount(wanted)} entries, rows of ${formatCount(tables)} tables`),
    ...(out > 0 ? [field('leaves out', `${formatCount(out)} entries`)] : []),
    ...reasonsOf(leftOut).map(([reason, count]) => field('', `${formatCount(count)}: ${reason}`)),
    ...warnings.map((warning) => field('note', warning)),
  ])
}

/** Each table under its new name, and what of it has one too. */
function besideOf({ beside }: BringBackPlan): readonly string[] {
  return beside.flatMap(({ from, to, sequences, parts }) => [
    field('beside', `${from.schema}.${from.name} as ${to.schema}.${to.name}`),
    ...sequences.map((one) => field('', `a sequence of its own, ${one.to.name} (for ${one.from.name})`)),
    ...parts.map((one) => field('', `${one.to} (for ${one.from})`)),
  ])
}

/** Reasons that are worth a line each; what needs another table is said table by table. */
function reasonsOf(leftOut: BringBackPlan['leftOut']): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const { reason, count } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + count)
  return [...counts].sort(([, a], [, b]) => b - a)
}

/** Refusals that a person reads; `--json` has all of them. */
const shownRefusals = 50

/** What came of it: the answer last, where the eye is. */
export function renderRestored(restored: BroughtBack): string {
  const { tables, refused, harmless, skipped, withoutDefault, unfilledViews, orphans } = restored
  const width = Math.max(0, ...tables.map(({ schema, name }) => schema.length + name.length + 1))
  return lines([
    ...tables.toSorted(byName).map(({ schema, name, rowsLoaded, rowsInDump }) => {
      const short = rowsLoaded < rowsInDump ? `  of ${formatCount(rowsInDump)}: NOT all of them` : ''
      return `  ${clean(`${schema}.${name}`).padEnd(width)}  ${formatCount(rowsLoaded).padStart(12)} ${rowsLoaded === 1 ? 'row' : 'rows'}${short}`
    }),
    '',
    ...refused.slice(0, shownRefusals).map(({ file, line, verb, object, refusal }) => {
      const what = [verb, object].filter(Boolean).join(' ')
      return `  REFUSED ${refusal.code}  ${clean(`${file}, line ${line}: ${what}: ${refusal.message}`)}`
    }),
    ...(refused.length > shownRefusals ? [`  … and ${formatCount(restored.refusedCount - shownRefusals)} more`] : []),
    ...skipped.map(
      ({ file, line, verb, object, reason }) =>
        `  not run  ${clean(`${file}, line ${line}: ${verb} ${object ?? ''}: ${reason}`)}`,
    ),
    ...restored.miscounted.map(
      ({ name, rows, rowsLoaded }) =>
        `  MISCOUNT ${clean(`${name} holds ${formatCount(rows)} rows, ${formatCount(rowsLoaded)} were loaded`)}`,
    ),
    ...withoutDefault.map(
      (column) => `  note     ${clean(`${column} has no default: it would count on by another's sequence`)}`,
    ),
    ...unfilledViews.map(({ name, message }) => `  EMPTY    ${clean(`${name} could not be filled: ${message}`)}`),
    ...orphans.map(({ table, references, constraint, rows }) => {
      const what = `${formatCount(rows)} rows of ${table} refer to none of ${references} (${constraint})`
      return `  ORPHANS  ${clean(what)}`
    }),
    ...harmless
      .filter(({ verb }) => verb === 'GRANT')
      .map(({ file, line, refusal }) => `  note     ${clean(`${file}, line ${line}: GRANT: ${refusal.message}`)}`),
    ...(harmless.length > 0 ? [`  ${countOf(harmless.length, 'refused statement')} that nothing is lost by`] : []),
    ...settingsOf(restored),
    field('restored', `${countOf(restored.statements, 'statement')}, ${countOf(restored.rows, 'row')}`),
    field('', `${countOf(restored.sequences, 'sequence')} set, in ${formatDuration(restored.ms)}`),
    field(restored.state === 'complete' ? 'DONE' : 'NOT DONE', restored.says, allOfIt),
  ])
}

function settingsOf({ settings: { set, unset } }: BroughtBack): readonly string[] {
  return [
    ...(set.length > 0 ? [`  note     ${clean(`set for sessions in the database: ${set.join(', ')}`)}`] : []),
    ...unset.map(({ role, name, refusal }) => {
      const whose = role === null ? '' : ` for ${role}`
      const why = refusal === null ? 'a restore never sets it' : `${refusal.code}: ${refusal.message}`
      return `  NOT SET  ${clean(`${name}${whose}: ${why}; set it yourself if you need it: ALTER DATABASE … SET`)}`
    }),
  ]
}

function field(name: string, value: string, most = widest): string {
  return `  ${name.padEnd(11)} ${scrubLine(value, most)}`
}

function byName(a: QualifiedName, b: QualifiedName): number {
  const [one, other] = [`${a.schema}.${a.name}`, `${b.schema}.${b.name}`]
  return one === other ? 0 : one < other ? -1 : 1
}

/** Names and messages come from dumps and servers. */
function clean(text: string): string {
  return scrubLine(text, widest)
}

const widest = 400
/** The answer ends with what to do: no word of it is cut. */
const allOfIt = 20_000

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
