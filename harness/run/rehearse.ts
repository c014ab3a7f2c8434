import { randomUUID } from 'node:crypto'
import { asFault, Fault, type StepName } from '../core/index.ts'
import { gravestFirst, type CheckId } from '../compare/index.ts'
import { resolveConnection } from '../config/index.ts'
import type { Facts } from '../facts/index.ts'
import type { RehearsalRecord } from '../report/index.ts'
import { decide, type Verdict } from '../verdict/index.ts'
import { recordBackup, recordEngine, recordRestore, recordTables } from './build-record.ts'
import { conduct } from './conduct.ts'
import { FindingBook } from './finding-book.ts'
import { nothingGathered, type Gathered } from './gathered.ts'
import { planOf } from './plan-of.ts'
import { recordInoculation } from './inoculate-copy.ts'
import { listNotCovered } from './not-covered.ts'
import { specOutcomes } from './run-specs.ts'
import { describeRunning } from './running-statement.ts'
import { migrate, migrationOf, migrationVariables } from './migrate.ts'
import type { Situation } from './situation.ts'
import type { SpecRunner } from './spec-runner.ts'
import { faultOfLimit, TimeLimit } from './time-limit.ts'
import { Timeline } from './timeline.ts'
import { requireWithinServer } from './use-server.ts'

export interface RehearseOptions extends Situation {
  readonly environment: NodeJS.ProcessEnv
  readonly specRunner: SpecRunner
  readonly toolVersion: string
  /** Leaves the restored database up, for a look. */
  readonly keep: boolean
}

export interface Rehearsed {
  readonly record: RehearsalRecord
  readonly facts: Facts | null
  /** The set that the verdict is about; null where none was found. */
  readonly setDigest: string | null
  /** How to look at the restored database, and how to end it; null unless it was kept. */
  readonly kept: { readonly connect: string; readonly stop: string } | null
}

/** Which check a step's fault leaves open. */
const checkOfStep: Readonly<Record<StepName, CheckId>> = {
  'find backup': 'artefacts',
  'check files': 'artefacts',
  'read dump': 'completeness',
  'start engine': 'engine',
  restore: 'restore',
  observe: 'restore',
  compare: 'restore',
  inoculate: 'inoculation',
  specs: 'restore',
  migration: 'restore',
  report: 'restore',
}

/**
 * One rehearsal: restores a backup, compares it, and answers. Damage is in the record; what throws is a request that
 * was refused (nothing was done), or a defect of ours. Everything it started is gone when it returns.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsed> {
  const { config, clock, environment } = options
  if (config.values.production) resolveConnection(config.values.production, environment)
  requireWithinServer(config.values)
  const variables = migrationVariables(config.values, environment)
  const startedAt = clock.now()
  const book = new FindingBook()
  const gathered = nothingGathered()
  const { timeLimitMs: limitMs } = config.values
  const look = () => lookAtServer(gathered)
  await using limit = new TimeLimit({ what: 'the rehearsal', ...options, limitMs, look })
  const { signal, progress } = limit
  const timeline = new Timeline(clock, progress)
  let kept: Rehearsed['kept'] = null
  {
    await using cleanUp = new AsyncDisposableStack()
    try {
      const asked = config.origins['specs'] !== 'default'
      const launchSpecs = () =>
        options.specRunner.launch({ root: config.root, globs: config.values.specs, asked, signal })
      const planFor = (sofar: Gathered) => planOf(config.values, sofar)
      const situation = { ...options, signal, progress }
      const end = (fault: Fault) => limit.endWith(fault)
      await conduct({ situation, environment, book, timeline, gathered, launchSpecs, planFor, cleanUp, end })
      const { answer } = judge(options, gathered, book)
      await migrate({ situation, timeline, gathered, variables, answer })
    } catch (thrown) {
      const fault = faultOfLimit(signal) ?? (signal.aborted ? interrupted(signal) : asFault(thrown))
      if (fault.kind === 'refused' || fault.kind === 'defect') throw fault
      book.fault(checkOfStep[timeline.steps.at(-1)?.step ?? 'find backup'], null, fault)
    }
    if (options.keep && gathered.engine && !signal.aborted) kept = await keepServer(gathered, book)
  }
  const verdict = judge(options, gathered, book)
  return {
    record: toRecord(options, startedAt, verdict, gathered, book, timeline),
    facts: gathered.facts,
    setDigest: gathered.setDigest,
    kept,
  }
}

/** What it is busy with, in a few words. */
async function lookAtServer({ engine }: Gathered): Promise<string | null> {
  return engine && describeRunning((database) => engine.server.connect(database ?? 'postgres'))
}

/** A server that can't be kept (it has crashed, say) takes nothing from the answer. */
async function keepServer({ engine, restored }: Gathered, book: FindingBook): Promise<Rehearsed['kept']> {
  try {
    return (await engine?.server.keep(restored?.database)) ?? null
  } catch (thrown) {
    const fault = asFault(thrown)
    book.notice('engine', 'kept server', `the server could not be kept: ${fault.message}`, fault.hint)
    return null
  }
}

function interrupted(signal: AbortSignal): Fault {
  return new Fault('E_INTERRUPTED', 'the rehearsal was interrupted', {
    hint: 'run it again to its end',
    cause: signal.reason,
  })
}

function judge(options: RehearseOptions, gathered: Gathered, book: FindingBook): Verdict {
  const ledger = {
    plan: planOf(options.config.values, gathered),
    findings: book.findings,
    waivers: options.config.values.waivers,
    now: options.clock.now(),
  }
  if (!gathered.specs) return decide(ledger)
  return decide({ ...ledger, specs: specOutcomes(gathered.specs, decide(ledger)) })
}

function toRecord(
  options: RehearseOptions,
  startedAt: Date,
  verdict: Verdict,
  gathered: Gathered,
  book: FindingBook,
  timeline: Timeline,
): RehearsalRecord {
  const { config, clock } = options
  const { set, checks, dumps, choice, baseline, engine, restored, facts, comparison, specs } = gathered
  return {
    kind: 'rehearsal',
    version: 1,
    id: randomUUID(),
    tool: {
      name: 'rehearse',
      version: options.toolVersion,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    project: config.values.project,
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
    durationMs: Math.round(timeline.elapsedMs),
    verdict,
    findings: gravestFirst(book.findings),
    steps: timeline.steps,
    backup: set ? recordBackup(set, checks, dumps, choice, config.values.backup.path, clock) : null,
    engine: engine ? recordEngine(engine) : null,
    restore: restored ? recordRestore(restored) : null,
    tables: choice ? recordTables(baseline, choice, facts, book.findings) : [],
    schemaDiffs: comparison?.diffs ?? [],
    baseline: {
      source: baseline === null ? 'none' : baseline.source === 'live' ? 'live' : 'dump-snapshot',
      takenAt: baseline?.takenAt ?? null,
      serverVersion: baseline?.server.version ?? null,
      databaseBytes: baseline ? Number(baseline.server.databaseBytes) : null,
    },
    specs: (specs?.tests ?? []).map(({ file, title, state, durationMs, message }) => ({
      file,
      title,
      state,
      durationMs,
      message,
    })),
    inoculation: recordInoculation(gathered.inoculation),
    migration: migrationOf(config.values, gathered),
    notCovered: listNotCovered(config.values, gathered),
    configOrigins: config.origins,
  }
}
