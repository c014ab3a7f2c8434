import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { ServerAddress } from '../../postgres/index.ts'
import type { ClientTools } from './client-tools.ts'
import { runTools, type ToolRun } from './run-tools.ts'

/** What psql said while it ran a script. */
export interface StockRestore {
  /** SQLSTATEs of the statements that the server refused, in order. */
  readonly refused: readonly string[]
  /** psql's own complaints: a command it does not know, a script it could not read. */
  readonly complaints: readonly string[]
}

/** Runs dumps by psql, one after the other, as a person would on the bad day, going on past errors. */
export async function restoreWithPsql(
  tools: ClientTools,
  address: ServerAddress,
  database: string,
  ...dumps: readonly string[]
): Promise<StockRestore> {
  const folder = await mkdtemp(join(tmpdir(), 'stock-restore-'))
  try {
    const scripts = await Promise.all(dumps.map((dump, at) => asPlainFile(dump, join(folder, `dump-${at}.sql`))))
    const options = ['-X', '-q', '-o', '/dev/null', '-v', 'VERBOSITY=sqlstate', '-d', database]
    const runs = scripts.map((script): ToolRun => ({ tool: 'psql', args: [...options, '-f', script], address }))
    const [output] = await runTools(tools, [runs])
    const lines = output?.stderr.split('\n') ?? []
    return {
      refused: lines.flatMap((line) => / (?:ERROR|FATAL): {2}([0-9A-Z]{5})$/.exec(line)?.[1] ?? []),
      complaints: lines.filter((line) => /: error: /.test(line)),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function asPlainFile(dump: string, plain: string): Promise<string> {
  const decompress = dump.endsWith('.gz') ? createGunzip() : dump.endsWith('.zst') ? createZstdDecompress() : null
  if (decompress === null) return dump
  await pipeline(createReadStream(dump), decompress, createWriteStream(plain))
  return plain
}
