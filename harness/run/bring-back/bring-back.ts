import { leaseSet } from '../../backup/index.ts'
import { asFault, Fault, type Secret } from '../../core/index.ts'
import type { OutlinedDump } from '../../dump/index.ts'
import { requireOneDatabase, restoreDumps, selectEntries, type Selection } from '../../restore/index.ts'
import { processWatch } from '../hold-set.ts'
import { nameConnection } from '../name-connection.ts'
import { describeRunning } from '../running-statement.ts'
import { faultOfLimit, TimeLimit } from '../time-limit.ts'
import { prepareBeside, requirePairs } from './bring-beside.ts'
import { chooseFiles, type ChosenFiles } from './choose-files.ts'
import { withRemains } from './describe-remains.ts'
import { ForeignServer } from './foreign-server.ts'
import { lookAtTarget, requireEmpty, requireMajor, type TargetState } from './look-at-target.ts'
import { openBackup } from './open-backup.ts'
import { outlineOf } from './outline-of.ts'
import { planOf } from './plan-of.ts'
import { prepareRows } from './prepare-rows.ts'
import { readOrigin } from './read-origin.ts'
import { requireNotProduction } from './require-not-production.ts'
import { setSettings } from './set-settings.ts'
import { settle } from './settle.ts'
import type { BringBackReport, BringBackRequest, BroughtBack } from './types.ts'

/**
 * Restores a backup, or a part of it, into an empty database of a server that is not production. Everything is looked at
 * before anything is written; what is refused throws, and has changed nothing. Thrown later, a fault says what the
 * target holds by then.
 */
export async function bringBack(request: BringBackRequest): Promise<BringBackReport> {
  const url = nameConnection(request.to, request.environment, '--to env:TARGET_URL')
  const server = new ForeignServer(url)
  const look = () => describeRunning(() => server.look(request.signal), server.applicationName)
  const { timeLimitMs: limitMs } = request
  await using limit = new TimeLimit({ what: 'the restore', ...request, limitMs, look })
  const { signal, progress } = limit
  try {
    return await bring({ ...request, signal, progress }, url)
  } catch (thrown) {
    // Once something was written the fault says what the target holds: that one stays.
    const isSaid = asFault(thrown).facts['limitMs'] !== undefined
    throw isSaid ? thrown : (faultOfLimit(signal) ?? thrown)
  }
}

async function bring(request: BringBackRequest, url: Secret): Promise<BringBackReport> {
  const { clock, signal, dryRun } = request
  requirePairs(request)
  const startedAt = clock.now().toISOString()
  const looked = new ForeignServer(url)
  await using backup = await openBackup(request)
  const { set } = backup
  await using held = new AsyncDisposableStack()
  held.use(await leaseSet(set.root, 'restore', processWatch))
  const origin = await readOrigin(set, request.baseline)
  // The target is looked at before gigabytes are read, so that a request that can't be granted is refused at once.
  await using looking = await looked.look(signal)
  const target = await lookAtTarget(looking, looked.place)
  const { production, notProduction: isConfirmed, environment } = request
  const proof = await requireNotProduction(target, {
    production,
    origin,
    isConfirmed,
    environment,
    session: looking,
    enter: async (database) => looked.look(signal, database),
    signal,
  })
  const isBeside = (request.as ?? []).length > 0
  if (request.only !== 'data' && !isBeside) requireEmpty(target)
  const files = await chooseFiles(set, request)
  requireMajor(target, majorOf(files))
  const details = { set: backup.chosen, source: url.source, trust: backup.trust, proof }
  const head = { kind: 'restore', version: 1, startedAt } as const
  if (isBeside) {
    const beside = await prepareBeside(files, target, looking, url, request, details)
    await request.onPlan(beside.plan)
    return { ...head, plan: beside.plan, restored: dryRun ? null : await beside.run() }
  }
  const selection = await choose(files, target, request)
  const setUp = await prepareRows(looking, selection, target, request.only)
  const plan = planOf(files, target, selection, { ...details, warnings: setUp.warnings })
  await request.onPlan(plan)
  if (dryRun) return { ...head, plan, restored: null }
  const foreign = new ForeignServer(url, setUp.settings)
  const restored = await restore(files, selection, target, foreign, request)
  return { ...head, plan, restored }
}

function majorOf({ dumps }: ChosenFiles): number | null {
  const majors = dumps.flatMap(({ dump: { summary } }) =>
    summary.serverVersion === null ? [] : [Number.parseInt(summary.serverVersion, 10)],
  )
  return majors.length > 0 ? Math.max(...majors) : null
}

async function choose({ dumps }: ChosenFiles, target: TargetState, request: BringBackRequest): Promise<Selection> {
  const { only, tables, schemas } = request
  const entries = dumps.flatMap(outlineOf)
  const { database } = target.place
  const selection = await selectEntries(entries, { only, tables, schemas, database, roles: target.roles })
  requireOneDatabase(selection)
  if (selection.wanted > 0) return selection
  throw new Fault('E_SELECTION_EMPTY', 'nothing of the backup is left to restore', {
    hint: `it holds no ${only === 'data' ? 'rows' : 'definitions'} of what was asked for`,
  })
}

async function restore(
  files: ChosenFiles,
  selection: Selection,
  target: TargetState,
  foreign: ForeignServer,
  request: BringBackRequest,
): Promise<BroughtBack> {
  const { progress, signal } = request
  const { dumps } = files
  const { database } = target.place
  try {
    const ledger = await restoreDumps(
      dumps.map(({ path, name, dump }) => ({ path, name, outlined: chosenOf(dump, selection) })),
      foreign,
      {
        database,
        provided: new Set([...target.roles, ...target.schemas]),
        signal,
        progress,
        totalBytes: dumps.reduce((sum, { dump: { summary } }) => sum + summary.plainBytes, 0),
        isDisposable: false,
      },
    )
    progress.end('restore', `${ledger.statementsLoaded} statements`)
    const settled = await settle(ledger, foreign, request)
    return { ...settled, settings: await setSettings(files, foreign, request) }
  } catch (thrown) {
    const fault = faultOfLimit(signal) ?? (signal.aborted ? interrupted(signal) : asFault(thrown))
    throw await withRemains(fault, foreign)
  }
}

function chosenOf(dump: OutlinedDump, selection: Selection): OutlinedDump {
  return { ...dump, outline: dump.outline?.filter((entry) => selection.wants(entry)) ?? null }
}

function interrupted(signal: AbortSignal): Fault {
  return new Fault('E_INTERRUPTED', 'interrupted', { cause: signal.reason })
}
