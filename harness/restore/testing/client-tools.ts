import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServerAddress } from '../../postgres/index.ts'

const run = promisify(execFile)

export type ClientTool = 'psql' | 'pg_dump' | 'pg_dumpall' | 'pg_restore'

/** PostgreSQL's own client programs, the oracle that our restore is held against. */
export interface ClientTools {
  /** `17.12`. */
  readonly version: string
  readonly folder: string
}

/** What a tool left behind. A psql script that met errors still ends with code 0. */
export interface ToolOutput {
  readonly stdout: Buffer
  readonly stderr: string
}

/** The largest dump that a comparison holds in memory, twice. */
const maxOutputBytes = 2 ** 30

/** Majors whose own tools we are held against, where they are installed: the oldest and newest that are read, and between. */
export const oracleMajors: readonly number[] = [13, 15, 17, 18]

/** Every major that a server here can have, and those whose clients can dump it, nearest first. */
const clientMajors = [13, 14, 15, 16, 17, 18]

/**
 * Tools that can dump a server of that major: of the same major, else of the next newer. From `folders` (each with
 * `<major>/bin`), then from where Debian puts them. Null where there are none.
 */
export async function findClientTools(
  serverMajor: number,
  folders: readonly string[] = clientFolders(),
): Promise<ClientTools | null> {
  for (const major of clientMajors.filter((candidate) => candidate >= serverMajor)) {
    const places = [...folders.map((folder) => join(folder, String(major), 'bin')), `/usr/lib/postgresql/${major}/bin`]
    for (const folder of places) {
      const version = await versionOf(folder)
      if (version !== null && Number.parseInt(version, 10) === major) return { version, folder }
    }
  }
  return null
}

/** The folder that `.ci/install-client-tools` was given: tools of several majors, and servers that npm brings elsewhere. */
export function clientFolders(): readonly string[] {
  const named = process.env['REHEARSAL_CLIENTS']
  return named === undefined || named === '' ? [] : [named]
}

async function versionOf(folder: string): Promise<string | null> {
  try {
    const { stdout } = await run(join(folder, 'pg_dump'), ['--version'])
    return /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1] ?? null
  } catch {
    // Not installed there, or not for this machine.
    return null
  }
}

/** Nothing of our own. */
export const toolEnvironment = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  PGCLIENTENCODING: 'UTF8',
} as const

/** Runs a tool against a disposable server, with nothing of our own environment. Throws when it ends with an error. */
export async function runTool(
  tools: ClientTools,
  tool: ClientTool,
  args: readonly string[],
  address?: ServerAddress,
): Promise<ToolOutput> {
  const server = address ? { PGHOST: address.host, PGPORT: String(address.port), PGUSER: address.user } : {}
  const { stdout, stderr } = await run(join(tools.folder, tool), args, {
    env: { ...server, ...toolEnvironment },
    encoding: 'buffer',
    maxBuffer: maxOutputBytes,
  })
  return { stdout, stderr: stderr.toString() }
}
