import { join } from 'node:path'
import type { ConnectionFiles } from './connection-files.ts'
import type { DumpCall } from './dump-snapshot.ts'
import { DumpGate, snapshotToCome } from './dump-gate.ts'
import type { Beside } from './beside.ts'
import { openSecretFolder, writeConnection, type SecretFolder } from './open-connection.ts'
import { runTool, type ToolEnd } from './run-tool.ts'
import type { RecordedProcess } from './types.ts'

/** pg_dump, on its way. */
export interface StartedDump extends AsyncDisposable {
  /** Its session, in a transaction that has read nothing; how it ended before; null where it begins with its snapshot. */
  readonly waiting: Promise<Beside | ToolEnd | null>
  /** Gives it its snapshot. Resolves when it has ended, however it did. */
  release(snapshot: string): Promise<ToolEnd>
  /** Ends it; then what was released rejects. */
  end(): void
}

/**
 * Who asks for a view, or for a table where pg_dump came after our locks (several jobs, a container), waits for us, and
 * pg_dump waits behind him, and everybody else behind both. Most such statements give up sooner than this; otherwise we do,
 * let him through, and begin anew.
 */
const lockWaitMs = 1_000
/** Of every second attempt: who has more patience than that is let through sooner, and there are more attempts. */
const shortWaitMs = 250

/**
 * Starts pg_dump up to where it asks for its snapshot, so that its own session can hold the tables from the same moment on
 * as ours. Where it runs in a container, or no socket can be had, it starts with its snapshot.
 */
export async function startDump<Recorded extends RecordedProcess>(
  call: DumpCall<Recorded>,
  archive: string,
): Promise<StartedDump> {
  const secret = await openSecretFolder(call.folder)
  const ending = new AbortController()
  const signal = AbortSignal.any([call.request.signal, ending.signal])
  const run = (connection: ConnectionFiles, snapshot: string): Promise<ToolEnd> =>
    runTool(call.tools, { program: 'pg_dump', args: wordsOf(call, connection, snapshot, archive), connection, signal })
  const gate = await openGate(call, secret)
  const waitingDump = gate && run(gate.connection, snapshotToCome)
  waitingDump?.catch(() => {})
  return {
    waiting: gate && waitingDump ? Promise.race([gate.waiting, waitingDump]) : Promise.resolve(null),
    async release(snapshot) {
      gate?.release(snapshot)
      try {
        return await (waitingDump ?? run(await writeConnection(call, secret), snapshot))
      } finally {
        await secret[Symbol.asyncDispose]()
      }
    },
    end: () => ending.abort(),
    async [Symbol.asyncDispose]() {
      ending.abort()
      await waitingDump?.catch(() => {})
      await gate?.[Symbol.asyncDispose]()
      await secret[Symbol.asyncDispose]()
    },
  }
}

/** Null where there can be none. */
async function openGate<Recorded extends RecordedProcess>(
  { request, parts, survey, tools }: DumpCall<Recorded>,
  { path }: SecretFolder,
): Promise<DumpGate | null> {
  if (tools.contained !== null || process.platform !== 'linux' || /[\r\n]/.test(survey.role + survey.database))
    return null
  const workers = request.format === 'directory' && request.jobs > 1 ? request.jobs : 0
  return DumpGate.open({ workers, folder: path, session: survey, openWire: () => parts.openWire() })
}

function wordsOf<Recorded extends RecordedProcess>(
  { request, survey, tools, folder, lost }: DumpCall<Recorded>,
  { connection }: ConnectionFiles,
  snapshot: string,
  archive: string,
): readonly string[] {
  const compress = request.compress ?? (tools.version.major >= 16 ? 'zstd' : '6')
  return [
    `--dbname=${connection}`,
    '--no-password',
    `--snapshot=${snapshot}`,
    `--format=${request.format}`,
    ...(request.format === 'directory' ? [`--jobs=${request.jobs}`] : []),
    `--compress=${compress}`,
    `--lock-wait-timeout=${lost.count % 2 === 0 ? lockWaitMs : shortWaitMs}`,
    // All of the set is forced to the disk when it is sealed.
    '--no-sync',
    ...survey.leftOut.map((schema) => `--exclude-schema="${schema}"`),
    `--file=${join(folder, archive)}`,
  ]
}
