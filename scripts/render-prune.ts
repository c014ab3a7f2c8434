import type { Fate, Pruned, PruneOutlook } from '../harness/backup/index.ts'
import { formatBytes, formatDuration, scrubLine, systemClock } from '../harness/core/index.ts'
import { renderTable, type Cell } from './render-table.ts'

const styles = { kept: 'green', deleted: 'red', left: 'yellow' } as const
const would: Readonly<Record<Fate, string>> = { kept: 'keep', deleted: 'DELETE', left: 'leave' }

/** What would be done: each set, and by which rule. */
export function renderOutlook(outlook: PruneOutlook, color: boolean): string {
  const { plan } = outlook
  const going = plan.sets.filter(({ fate }) => fate === 'deleted')
  const size = formatBytes(going.reduce((sum, { set }) => sum + set.surveyed.bytes, 0))
  const end =
    plan.stop !== null
      ? `STOP: ${plan.stop}: nothing would be deleted. Check the clock of this machine.`
      : going.length === 0
        ? 'Nothing would be deleted.'
        : `${sets(going.length)} would be deleted (${size}). This was a dry run: --delete does it.`
  const begun = outlook.begun.map(
    (name) => `  note: ${scrubLine(name)} is what an earlier prune began to delete; --delete clears the rest\n`,
  )
  return `\n${tableOf(outlook, color)}${notesOf(outlook)}${begun.join('')}\n  ${end}\n`
}

/** What was done. */
export function renderPruned(pruned: Pruned, color: boolean): string {
  const { deleted, spared, finished, unfinished } = pruned
  const size = formatBytes(deleted.reduce((sum, { surveyed }) => sum + surveyed.bytes, 0))
  const cleared = finished.map((name) => `  cleared: ${scrubLine(name)}, which an earlier prune began to delete\n`)
  const failed = [...unfinished, ...spared.map(({ set, why }) => ({ name: set.name, why }))].map(
    ({ name, why }) => `  not deleted: ${scrubLine(name)}: ${why}\n`,
  )
  const end = deleted.length === 0 ? 'Nothing was deleted.' : `${sets(deleted.length)} deleted (${size}).`
  return `\n${tableOf(pruned, color)}${notesOf(pruned)}${[...cleared, ...failed].join('')}\n  ${end}\n`
}

/** The same as data. `done`: what came of it, null for a dry run. */
export function prunedJson({ survey, plan, begun }: PruneOutlook, done: Pruned | null): string {
  const rows = plan.sets.map(({ set, fate, why }) => ({
    name: scrubLine(set.name),
    digest: set.surveyed.digest,
    createdAt: set.surveyed.createdAt?.toISOString() ?? null,
    label: set.label,
    bytes: set.surveyed.bytes,
    fate,
    why,
  }))
  const outcome = done && {
    deleted: done.deleted.map(({ name }) => scrubLine(name)),
    spared: done.spared.map(({ set, why }) => ({ name: scrubLine(set.name), why })),
    finished: done.finished.map((name) => scrubLine(name)),
    unfinished: done.unfinished.map(({ name, why }) => ({ name: scrubLine(name), why })),
  }
  const report = {
    kind: 'prune',
    version: 1,
    folder: survey.folder,
    dryRun: done === null,
    stop: plan.stop,
    sets: rows,
    begun: begun.map((name) => scrubLine(name)),
  }
  return `${JSON.stringify({ ...report, foreign: survey.foreign, problems: survey.problems, outcome }, null, 2)}\n`
}

function tableOf({ plan }: PruneOutlook, color: boolean): string {
  const now = systemClock.now().getTime()
  const rows = plan.sets.map(({ set, fate, why }): readonly Cell[] => {
    const { createdAt, bytes } = set.surveyed
    const age = createdAt === null ? '?' : formatDuration(Math.max(0, now - createdAt.getTime()))
    const says = set.answer ?? ''
    const fateCell = { text: would[fate], style: styles[fate] }
    return [scrubLine(set.name), age, set.label ?? '', formatBytes(bytes), says, fateCell, scrubLine(why)]
  })
  if (rows.length === 0) return '  There is no backup set in this folder.\n'
  return renderTable(['set', 'age', 'label', 'size', 'is', 'fate', 'by'], rows, { color, right: [3] })
}

function notesOf({ survey }: PruneOutlook): string {
  const foreign = survey.foreign.map((name) => `${scrubLine(name)} belongs to no set and is left`)
  const notes = [...foreign, ...survey.problems].map((note) => `  note: ${note}\n`).join('')
  return notes === '' ? '' : `\n${notes}`
}

function sets(count: number): string {
  return count === 1 ? '1 set' : `${count} sets`
}
