import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asFault } from '../../harness/core/index.ts'
import { inspectDump } from '../../harness/dump/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { findClientTools } from '../../harness/restore/testing/client-tools.ts'
import { startServer } from '../../harness/restore/testing/twins.ts'
import { checkDump } from './check-dump.ts'
import { checkPair } from './check-pairs.ts'
import type { Corpora, CorpusDump, CorpusPair } from './find-corpora.ts'
import { asPlain, digestOf } from './plain-text.ts'
import { failed, skipped, type CorpusResult } from './result.ts'

/** Two at a time: the servers have processes of their own. */
const atOnce = 2
/** Of a dump that does not say. */
const assumedMajor = 17

export async function runCorpora(
  { dumps, pairs }: Corpora,
  onResult: (result: CorpusResult) => void,
): Promise<readonly CorpusResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'corpora-'))
  try {
    const seen = new Map<string, string>()
    const ofDumps = await inTurns(dumps, async (dump) => told(await runDump(dump, folder, seen), onResult))
    return [...ofDumps, ...(await runPairs(pairs, onResult))]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runDump(dump: CorpusDump, folder: string, seen: Map<string, string>): Promise<CorpusResult> {
  const startedMs = performance.now()
  try {
    const plain = await asPlain(dump, folder)
    const digest = await digestOf(plain)
    const twin = seen.get(digest)
    if (twin !== undefined) return skipped(dump.name, `the same text as ${twin}`)
    seen.set(digest, dump.name)
    const major = await majorOf(plain)
    const tools = await findClientTools(major)
    if (tools === null) return skipped(dump.name, `no pg_dump for PostgreSQL ${major}`)
    return await checkDump(dump.name, plain, major, tools, folder)
  } catch (thrown) {
    return failed(dump.name, describe(thrown), performance.now() - startedMs)
  }
}

async function runPairs(
  pairs: readonly CorpusPair[],
  onResult: (result: CorpusResult) => void,
): Promise<readonly CorpusResult[]> {
  await using servers = new AsyncDisposableStack()
  const started = new Map<number, DisposableServer>()
  const results: CorpusResult[] = []
  for (const pair of pairs) {
    const startedMs = performance.now()
    try {
      const major = await majorOf(pair.a)
      const server = started.get(major) ?? servers.use(await startServer(major))
      started.set(major, server)
      results.push(told(await checkPair(pair, server), onResult))
    } catch (thrown) {
      results.push(told(failed(pair.name, describe(thrown), performance.now() - startedMs), onResult))
    }
  }
  return results
}

async function majorOf(path: string): Promise<number> {
  const { serverVersion } = await inspectDump(path)
  return serverVersion === null ? assumedMajor : Number.parseInt(serverVersion, 10)
}

function describe(thrown: unknown): string {
  const { code, message, stack } = asFault(thrown)
  return `${message} [${code}]\n${stack?.split('\n').slice(1, 4).join('\n') ?? ''}`
}

function told(result: CorpusResult, onResult: (result: CorpusResult) => void): CorpusResult {
  onResult(result)
  return result
}

/** Results in the order of the items, whatever order they finish in. */
async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<CorpusResult>,
): Promise<readonly CorpusResult[]> {
  const results = new Map<Item, CorpusResult>()
  const waiting = items.values()
  const worker = async (): Promise<void> => {
    for (const item of waiting) results.set(item, await work(item))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return items.flatMap((item) => results.get(item) ?? [])
}
