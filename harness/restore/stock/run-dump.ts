import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { Fault } from '../../core/index.ts'
import { defaultLimits, openPlainFile } from '../../dump/index.ts'
import { isVulnerable } from './client-floors.ts'
import type { ClientSandbox } from './client-sandbox.ts'
import { ClientWords } from './client-words.ts'
import { runClient, type ClientCall, type ClientEnd } from './run-client.ts'
import type { ScreenedDump } from './screen-dump.ts'
import { stageArchive } from './stage-archive.ts'
import type { ClientRun, StockFile, StockOptions } from './types.ts'

export interface RanDump {
  readonly run: ClientRun
  readonly end: ClientEnd
  readonly words: ClientWords
}

/** Gives one dump to the client that is made for it, as a person would on the bad day. */
export async function runDump(
  screened: ScreenedDump,
  sandbox: ClientSandbox,
  conninfo: string,
  options: StockOptions,
): Promise<RanDump> {
  const { file } = screened
  const words = new ClientWords()
  const { clients, signal } = options
  const onLine = (line: string): void => words.take(line)
  const call = async (program: string, args: readonly string[], rest: Pick<ClientCall, 'input' | 'processes'>) =>
    runClient(sandbox, { program: join(clients.folder, program), args, signal, onLine, ...rest })
  if (file.format !== 'plain') {
    // A tar can only be read from its beginning to its end.
    const jobs = file.format === 'tar' ? [] : ['-j', String(options.jobs)]
    const args = [...jobs, '-d', conninfo, await stageArchive(file, sandbox)]
    const end = await call('pg_restore', args, { input: null, processes: options.jobs + 1 })
    return { run: { file: file.name, command: ['pg_restore', ...jobs].join(' '), ms: end.ms }, end, words }
  }
  const args = [...psqlArguments, ...(await restriction(screened, options)), '-d', conninfo, '-f', '-']
  await using input = await openInput(file, signal)
  const end = await call('psql', args, { input: input.source, processes: 1 })
  return { run: { file: file.name, command: 'psql', ms: end.ms }, end, words }
}

/** Its refusals by SQLSTATE alone: messages hold rows, and are heard from the server. */
const psqlArguments = ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=0', '-v', 'VERBOSITY=sqlstate']

/** As far as its own `\restrict` may stand from the beginning: behind the header's comments. */
const headBytes = 65_536

/**
 * psql's restricted mode around a dump that does not enter it itself: none of its lines is then a psql command. Not for
 * one that changes databases by `\connect`, and not where psql does not know the mode.
 */
async function restriction({ file, connects }: ScreenedDump, { clients }: StockOptions): Promise<readonly string[]> {
  if (connects || isVulnerable(clients.version)) return []
  let head = ''
  for await (const chunk of (await openPlainFile(file.path, defaultLimits, {})).open().chunks) {
    head += chunk.toString('latin1')
    if (head.length >= headBytes) break
  }
  if (/^\\restrict /m.test(head.slice(0, headBytes))) return []
  return ['-c', `\\restrict ${randomBytes(16).toString('hex')}`]
}

/** An uncompressed dump as a file that psql itself reads; any other decompressed by us, for psql can't. */
async function openInput(
  file: StockFile,
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly source: number | AsyncIterable<Buffer> }> {
  const plain = await openPlainFile(file.path, defaultLimits, { signal })
  if (plain.compression !== 'none') return { source: decompressed(plain.open()), async [Symbol.asyncDispose]() {} }
  const handle = await open(file.path, 'r')
  return { source: handle.fd, [Symbol.asyncDispose]: async () => handle.close() }
}

async function* decompressed(stream: {
  readonly chunks: AsyncIterable<Buffer>
  readonly failure: { readonly code: Fault['code']; readonly message: string; readonly hint: string } | null
}): AsyncGenerator<Buffer> {
  yield* stream.chunks
  if (stream.failure) throw new Fault(stream.failure.code, stream.failure.message, { hint: stream.failure.hint })
}
