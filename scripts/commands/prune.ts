import { Command, InvalidArgumentError } from 'commander'
import {
  appendHistory,
  openStore,
  outlookOf,
  pruneSets,
  pruneStore,
  storedOutlookOf,
  toPolicy,
  type Pruned,
  type PruneOutlook,
  type PruneRequest,
} from '../../harness/backup/index.ts'
import { isStored, loadConfig } from '../../harness/config/index.ts'
import { asFault, exitCode, formatBytes, systemClock } from '../../harness/core/index.ts'
import { processWatch } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderFault } from '../render-fault.ts'
import { prunedJson, renderOutlook, renderPruned } from '../render-prune.ts'
import { tellOfFault, teamOf } from '../tell-team.ts'

interface PruneFlags {
  readonly backups?: string
  readonly history?: string
  readonly config?: string
  readonly delete?: boolean
  readonly json?: boolean
  readonly keepLast?: number
  readonly keepDaily?: number
  readonly keepWeekly?: number
  readonly keepMonthly?: number
  readonly keepYearly?: number
  readonly floor?: number
}

export function pruneCommand(): Command {
  const rule = (flag: string, what: string) => [`--${flag} <number>`, `${what} (default: the config’s)`] as const
  return new Command('prune')
    .description('says which backup sets would be deleted and why the others stay; with --delete deletes them')
    .option('--backups <folder>', 'folder or place of backup sets (default: the config’s)')
    .option('--delete', 'do it; without this nothing is changed')
    .option(...rule('keep-last', 'keep the newest so many'), wholeNumber)
    .option(...rule('keep-daily', 'and the newest of so many days'), wholeNumber)
    .option(...rule('keep-weekly', 'and of so many weeks'), wholeNumber)
    .option(...rule('keep-monthly', 'and of so many months'), wholeNumber)
    .option(...rule('keep-yearly', 'and of so many years'), wholeNumber)
    .option(...rule('floor', 'and never fewer than so many'), wholeNumber)
    .option('--history <file>', 'the record of verdicts (default: .rehearsal/history.jsonl)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .option('--json', 'print it as JSON')
    .action(prune)
}

async function prune(given: PruneFlags): Promise<void> {
  const { backups, history, config: file, json = false } = given
  const flags = { backup: backups, history }
  const { values } = await loadConfig({ file, flags, env: process.env, cwd: process.cwd() })
  using interrupt = abortOnSignals()
  const request = {
    historyPath: values.history,
    policy: toPolicy({ ...values.retention.counts, ...countsOf(given), labels: values.retention.labels }),
    clock: systemClock,
    processes: processWatch,
  }
  const color = process.stdout.isTTY && !process.env['NO_COLOR']
  if (!given.delete) {
    const outlook = await lookAt(values.backup.path, request, interrupt.signal)
    process.stdout.write(json ? prunedJson(outlook, null) : renderOutlook(outlook, color))
    process.exitCode = outlook.plan.stop === null ? exitCode.go : exitCode.undecided
    return
  }
  const team = teamOf(values, process.env)
  const pruned = await tellOfFault(team, 'prune', () => pruneAt(values.backup.path, request, interrupt.signal))
  const unrecorded = await record(pruned, values.history)
  process.stdout.write(json ? prunedJson(pruned, pruned) : renderPruned(pruned, color))
  const { deleted, spared, unfinished } = pruned
  const bytes = deleted.reduce((sum, { surveyed }) => sum + surveyed.bytes, 0)
  const failed = spared.length + unfinished.length
  const rest = failed > 0 ? `; ${failed} could not be` : ''
  const text = `${values.project}: ${deleted.length} backup sets were deleted (${formatBytes(bytes)})${rest}`
  const untold = await team.tell({ event: 'prune', outcome: failed > 0 ? 'failed' : 'done', text, set: null })
  for (const fault of [unrecorded, untold]) if (fault) process.stderr.write(renderFault(fault, false))
  process.exitCode = untold || unrecorded || failed > 0 ? exitCode.undecided : exitCode.go
}

type Rules = Omit<PruneRequest, 'folder'>

async function lookAt(place: string, rules: Rules, signal: AbortSignal): Promise<PruneOutlook> {
  if (!isStored(place)) return outlookOf({ ...rules, folder: place })
  await using store = await openStore(place, { environment: process.env })
  return storedOutlookOf({ ...rules, store, signal })
}

async function pruneAt(place: string, rules: Rules, signal: AbortSignal): Promise<Pruned> {
  if (!isStored(place)) return pruneSets({ ...rules, folder: place })
  await using store = await openStore(place, { environment: process.env })
  return pruneStore({ ...rules, store, signal })
}

/** What was deleted stays on record. */
async function record({ deleted, survey }: Pruned, history: string) {
  if (deleted.length === 0) return null
  try {
    await appendHistory(history, {
      kind: 'prune',
      version: 1,
      finishedAt: systemClock.now().toISOString(),
      folder: survey.folder,
      deleted: deleted.map(({ name, createdAt, surveyed }) => ({
        name,
        digest: surveyed.digest,
        createdAt: createdAt.toISOString(),
        bytes: surveyed.bytes,
      })),
    })
    return null
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind !== 'environment') throw fault
    return fault
  }
}

function countsOf({ keepLast, keepDaily, keepWeekly, keepMonthly, keepYearly, floor }: PruneFlags) {
  const counts = {
    last: keepLast,
    daily: keepDaily,
    weekly: keepWeekly,
    monthly: keepMonthly,
    yearly: keepYearly,
    floor,
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined))
}

function wholeNumber(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('a whole number, 0 or more')
}
