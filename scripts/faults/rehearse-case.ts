import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '../../harness/config/index.ts'
import { asFault, silentProgress, systemClock } from '../../harness/core/index.ts'
import type { CheckId } from '../../harness/compare/index.ts'
import { rehearse, type Rehearsed, type SpecRunner } from '../../harness/run/index.ts'
import type { ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { damageCopy, nameOfCase, type FaultCase } from './damage.ts'
import type { Format } from './formats.ts'
import type { Lane } from './lane.ts'
import { textOf, type Source } from './source.ts'

/** Where a fault was found. `not found`: the answer is GO. */
export type FoundBy = 'reader' | 'server' | 'comparison' | 'nothing'

export interface CaseResult {
  readonly format: string
  readonly name: string
  readonly damage: string
  readonly answer: 'GO' | 'NO-GO' | 'UNDECIDED' | 'threw'
  readonly foundBy: FoundBy
  /** Whether the restored copy is the source, by pg_dump; null where it was not restored, or not looked at. */
  readonly isEqual: boolean | null
  /** What must never be: a wrong GO, a defect, a refusal, a hang, something left behind. */
  readonly failure: string | null
  readonly findings: readonly string[]
  readonly ms: number
}

export interface CaseContext {
  readonly source: Source
  readonly tools: ClientTools
  readonly lane: Lane
  /** Of this lane alone. */
  readonly folder: string
  readonly seed: string
  /** Looks at every restored copy, also at one that the comparison found to differ. */
  readonly lookAtAll: boolean
}

/** No case of 150 kB needs a tenth of it. */
const deadlineMs = 60_000

/** Specs can only make an answer worse: one that passes shows what the run itself finds. */
const onePassingSpec: SpecRunner = {
  launch: () => ({
    run: async () => ({
      tests: [{ file: 'one', title: 'passes', state: 'passed', durationMs: 0, message: null, mirrors: null }],
      errors: [],
    }),
    async [Symbol.asyncDispose]() {},
  }),
}

/** One rehearsal of a damaged dump beside the facts of its source, and what must be true of it. */
export async function rehearseCase(format: Format, fault: FaultCase | null, context: CaseContext): Promise<CaseResult> {
  const startedMs = performance.now()
  const { source, lane, folder, seed } = context
  const set = join(folder, 'set')
  await rm(set, { recursive: true, force: true })
  await mkdir(set, { recursive: true })
  const from = source.dumps.get(format.name) ?? ''
  const to = join(set, format.file)
  let damage = 'whole'
  if (fault) ({ words: damage } = await damageCopy(from, to, fault, seed, format.name))
  else await cp(from, to, { recursive: true })
  const deadline = AbortSignal.timeout(deadlineMs)
  const outcome = await answerOf(set, context, deadline)
  const judged =
    'fault' in outcome
      ? { answer: 'threw' as const, foundBy: 'nothing' as const, findings: [], isEqual: null, failure: outcome.fault }
      : await judge(outcome, context)
  const left = await lane.clear()
  const files = (await readdir(folder)).filter((name) => name !== 'set' && name !== 'out')
  const failure =
    (deadline.aborted ? `not done after ${deadlineMs} ms` : null) ??
    judged.failure ??
    (left > 0 ? `${left} sessions were left open` : null) ??
    (files.length > 0 ? `left behind: ${files.join(', ')}` : null)
  const name = fault ? nameOfCase(fault) : 'whole'
  return { ...judged, format: format.name, name, damage, failure, ms: performance.now() - startedMs }
}

async function answerOf(
  set: string,
  { lane, folder, source }: CaseContext,
  signal: AbortSignal,
): Promise<Rehearsed | { readonly fault: string }> {
  try {
    const flags = { backup: set, baseline: source.baseline, out: join(folder, 'out'), project: 'faults' }
    return await rehearse({
      config: await loadConfig({ flags, env: {}, cwd: folder }),
      clock: systemClock,
      progress: silentProgress,
      signal,
      environment: {},
      specRunner: onePassingSpec,
      toolVersion: 'faults',
      keep: false,
      engine: await lane.engine(),
    })
  } catch (thrown) {
    const { code, message, stack } = asFault(thrown)
    return { fault: `threw ${code}: ${message}\n${stack ?? ''}` }
  }
}

const ofReader: ReadonlySet<CheckId> = new Set(['artefacts', 'completeness', 'content kind', 'size'])
const ofServer: ReadonlySet<CheckId> = new Set(['engine', 'restore'])

type Judged = Pick<CaseResult, 'answer' | 'foundBy' | 'findings' | 'isEqual' | 'failure'>

async function judge({ record }: Rehearsed, { source, tools, lane, lookAtAll }: CaseContext): Promise<Judged> {
  const { answer } = record.verdict
  const found = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
  const has = (checks: ReadonlySet<CheckId>): boolean => found.some(({ check }) => checks.has(check))
  const foundBy = answer === 'GO' ? 'nothing' : has(ofReader) ? 'reader' : has(ofServer) ? 'server' : 'comparison'
  const findings = found.map(({ check, status, object, message }) => `${check} ${status} ${object}: ${message}`)
  const differs = found.some(({ check }) => !ofReader.has(check) && !ofServer.has(check))
  const look = answer === 'GO' || (record.restore !== null && (lookAtAll || !differs))
  const isEqual = look ? await equalsSource(source, tools, lane) : null
  const wrong = answer === 'GO' && isEqual !== true
  return { answer, foundBy, findings, isEqual, failure: wrong ? 'GO, and the content differs from the source' : null }
}

/** Not by our own facts, which may be blind: by the text that pg_dump makes of both. */
async function equalsSource(source: Source, tools: ClientTools, lane: Lane): Promise<boolean | null> {
  if (!(await lane.holds(source.database))) return null
  try {
    return source.text.equals(await textOf(await lane.server(), tools, source.database))
  } catch {
    // What pg_dump can't read is not the source.
    return false
  }
}
