import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClientTools } from '../../harness/restore/testing/client-tools.ts'
import type { FaultCase } from './damage.ts'
import type { Format } from './formats.ts'
import { Lane } from './lane.ts'
import { rehearseCase, type CaseResult } from './rehearse-case.ts'
import { recordSource } from './source.ts'

export interface FaultRun {
  readonly major: number
  readonly tools: ClientTools
  readonly formats: readonly Format[]
  /** By format, the same. `null`: the whole dump, which must be GO. */
  readonly cases: readonly (FaultCase | null)[]
  readonly seed: string
  readonly lookAtAll: boolean
  readonly onResult: (result: CaseResult, done: number, total: number) => void
  readonly signal: AbortSignal
}

export interface FaultRunResult {
  readonly results: readonly CaseResult[]
  /** Servers that a case had left unfit for the next. */
  readonly renewals: number
}

/** Two at a time: of each, the server does half the work. */
const lanes = 2

/** Every case of every format; stopped early, those that were done. */
export async function runFaults(run: FaultRun): Promise<FaultRunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  try {
    const source = await recordSource(run.major, run.tools, run.formats, folder)
    const todo = run.formats.flatMap((format) => run.cases.map((fault) => ({ format, fault })))
    const waiting = todo.values()
    const results: CaseResult[] = []
    const work = async (number: number): Promise<number> => {
      await using lane = new Lane(run.major)
      const own = await mkdtemp(join(folder, `lane-${number}-`))
      const context = { source, tools: run.tools, lane, folder: own, seed: run.seed, lookAtAll: run.lookAtAll }
      for (const { format, fault } of waiting) {
        if (run.signal.aborted) break
        const result = await rehearseCase(format, fault, context)
        results.push(result)
        run.onResult(result, results.length, todo.length)
      }
      return lane.renewals
    }
    const renewals = await Promise.all(Array.from({ length: lanes }, (_, number) => work(number)))
    return { results, renewals: renewals.reduce((sum, count) => sum + count, 0) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
