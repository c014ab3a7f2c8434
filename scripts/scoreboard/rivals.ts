import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SetSubject } from '../../fixtures/failures/types.ts'
import { silentProgress } from '../../harness/core/index.ts'
import { embeddedEngine } from '../../harness/engine/index.ts'
import { parseFacts } from '../../harness/facts/index.ts'
import { layPlatform, platformRoles } from '../../harness/supabase/index.ts'

/** `not asked`: the rival has nothing to say of such a backup. */
export type RivalWord = 'passes' | 'objects' | 'not asked'

/** Another way to check a backup, held against the same mutants and twins. */
export interface Rival {
  readonly name: string
  readonly judge: (subject: SetSubject, signal: AbortSignal) => Promise<RivalWord>
}

/** Exit code by which a rival says that it is not meant for such a file. */
const notAsked = 77
/** Of one backup of a few megabytes. Who has not ended by then has not passed it. */
const patienceMs = 60_000
/** A newer server takes every dump of the samples. */
const major = 17

const scripts = fileURLToPath(new URL('./rivals/', import.meta.url))

/** What people do by hand, by their names on the board. `clients`: the folder of PostgreSQL's own tools. */
export function usualRivals(clients: string): readonly Rival[] {
  return (
    [
      ['[ -s file ] and wc -l', 'size-and-lines.sh', 'reads files'],
      ['pg_restore --list', 'list-archive.sh', 'reads files'],
      ['exit code of psql or pg_restore', 'exit-code.sh', 'restores'],
      ['the same, stopping at errors', 'stop-at-errors.sh', 'restores'],
      ['restore and count rows', 'restore-and-count.sh', 'restores'],
    ] as const
  ).map(([name, file, way]) => rivalBy(name, `sh ${join(scripts, file)}`, clients, way))
}

/**
 * Any command: it finds the set in SET, its dump in DUMP, an empty database by PGHOST and PGDATABASE unless it reads files
 * alone, production's counts in the file COUNTS; it passes a backup by exit code 0, and has nothing to say of one by 77.
 */
export function rivalBy(
  name: string,
  command: string,
  clients: string,
  way: 'reads files' | 'restores' = 'restores',
): Rival {
  return {
    name,
    judge: async ({ backup }, signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'rival-'))
      const found = {
        PATH: `${join(clients, String(major), 'bin')}:${process.env['PATH'] ?? ''}`,
        SET: backup,
        DUMP: await dumpOf(backup),
        COUNTS: await countsOf(backup, folder),
      }
      try {
        if (way === 'reads files') return await run(command, found, signal)
        await using server = await freshServer(backup, signal)
        const { host, port, user } = server.address
        const env = { ...found, PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: 'project' }
        return await run(command, env, signal)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** What the platform provides is there where the set leaves it out, as in a project of the CLI's own stack. */
async function freshServer(
  backup: string,
  signal: AbortSignal,
): ReturnType<ReturnType<typeof embeddedEngine>['start']> {
  const need = { major, extensions: [], plainBytes: 10_000_000, superuser: 'postgres' }
  const server = await embeddedEngine().start(need, { signal, progress: silentProgress })
  await server.createDatabase('project')
  if (!(await isThere(join(backup, 'schema.sql')))) return server
  await using session = await server.connect('project')
  await layPlatform(session, { roles: platformRoles, schemas: ['extensions', 'auth'] })
  return server
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** What a person would restore: the file that is called full, or the only dump; the folder's name where it is one. */
async function dumpOf(backup: string): Promise<string> {
  if (!(await stat(backup)).isDirectory()) return backup
  const names = (await readdir(backup)).sort()
  const dumps = names.filter((name) => name !== 'roles.sql' && isDump.test(name))
  const full = dumps.find((name) => name.startsWith('full_')) ?? dumps[0]
  return full === undefined ? backup : join(backup, full)
}

const isDump = /^(?:full_database_backup|db_cluster)|\.(?:sql|dump|backup|tar|gz|zst)$/

async function countsOf(backup: string, folder: string): Promise<string> {
  const path = join(folder, 'counts')
  const text = await readFile(join(backup, 'baseline.json'), 'utf8').catch(() => null)
  if (text === null) return path
  const { tables } = parseFacts(text)
  await writeFile(path, tables.map(({ schema, name, rows }) => `"${schema}"."${name}"\t${rows}\n`).join(''))
  return path
}

/** In a process group of its own, so that nothing of it goes on when its time is up: pg_restore never ends on a cut tar. */
async function run(command: string, env: Record<string, string>, signal: AbortSignal): Promise<RivalWord> {
  const child = spawn('sh', ['-c', command], { env, stdio: 'ignore', detached: true })
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  limit.addEventListener('abort', kill)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code === 0 ? 'passes' : code === notAsked ? 'not asked' : 'objects'
  } finally {
    limit.removeEventListener('abort', kill)
  }
}
