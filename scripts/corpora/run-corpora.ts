import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asFault } from '../../harness/core/index.ts'
import { inspectDump, type DumpSummary } from '../../harness/dump/index.ts'
import { Bench } from './bench.ts'
import { checkDump } from './check-dump.ts'
import { checkPair } from './check-pairs.ts'
import type { Corpora, CorpusDump, CorpusPair } from './find-corpora.ts'
import { asPlain, digestOf } from './plain-text.ts'
import { failed, skipped, type CorpusResult } from './result.ts'

/** Two at a time: the servers have processes of their own. */
const atOnce = 2
/** Of a dump that does not say. */
const assumedMajor = 17

/** What one dump or pair is checked with; its place in the table is its place in the corpora. */
interface Task {
  readonly bytes: number
  readonly place: number
  readonly run: (bench: Bench) => Promise<CorpusResult>
}

export async function runCorpora(
  { dumps, pairs }: Corpora,
  onResult: (result: CorpusResult) => void,
): Promise<readonly CorpusResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'corpora-'))
  try {
    const seen = new Map<string, string>()
    const sizes = await Promise.all(dumps.map(async ({ path }) => (await stat(path)).size))
    const tasks = [
      ...dumps.map((dump, place) => ({
        bytes: sizes[place] ?? 0,
        place,
        run: async (bench: Bench) => runDump(dump, folder, seen, bench),
      })),
      ...pairs.map((pair, index) => ({
        bytes: 0,
        place: dumps.length + index,
        run: async (bench: Bench) => runPair(pair, bench),
      })),
    ]
    return await inTurns(tasks, onResult)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runDump(
  dump: CorpusDump,
  folder: string,
  seen: Map<string, string>,
  bench: Bench,
): Promise<CorpusResult> {
  const startedMs = performance.now()
  try {
    const plain = await asPlain(dump, folder)
    const digest = await digestOf(plain)
    const twin = seen.get(digest)
    if (twin !== undefined) return skipped(dump.name, `the same text as ${twin}`)
    seen.set(digest, dump.name)
    const summary = await inspectDump(plain)
    const major = majorOf(summary)
    const tools = await bench.tools(major)
    if (tools === null) return skipped(dump.name, `no pg_dump for PostgreSQL ${major}`)
    return await checkDump({ name: dump.name, plain, summary, major, tools }, bench, folder)
  } catch (thrown) {
    return failed(dump.name, describe(thrown), performance.now() - startedMs)
  }
}

async function runPair(pair: CorpusPair, bench: Bench): Promise<CorpusResult> {
  const startedMs = performance.now()
  try {
    return await checkPair(pair, majorOf(await inspectDump(pair.a)), bench)
  } catch (thrown) {
    return failed(pair.name, describe(thrown), performance.now() - startedMs)
  }
}

function majorOf({ serverVersion }: DumpSummary): number {
  return serverVersion === null ? assumedMajor : Number.parseInt(serverVersion, 10)
}

function describe(thrown: unknown): string {
  const { code, message, stack } = asFault(thrown)
  return `${message} [${code}]\n${stack?.split('\n').slice(1, 4).join('\n') ?? ''}`
}

/** The biggest first, so that none is left alone at the end. Results are in the order of the corpora. */
async function inTurns(
  tasks: readonly Task[],
  onResult: (result: CorpusResult) => void,
): Promise<readonly CorpusResult[]> {
  const results: CorpusResult[] = []
  const waiting = tasks.toSorted((one, other) => other.bytes - one.bytes || one.place - other.place).values()
  const work = async (): Promise<void> => {
    await using bench = new Bench()
    for (const { place, run } of waiting) {
      const result = await run(bench)
      results[place] = result
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
