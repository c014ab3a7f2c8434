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
/** Of one backup of a few megabytes. */
const patienceMs = 60_000
/** A newer server takes every dump of the samples. */
const major = 17

const scripts = fileURLToPath(new URL('./rivals/', import.meta.url))

/** What people do by hand, by their names on the board. `clients`: the folder of PostgreSQL's own tools. */
export function usualRivals(clients: string): readonly Rival[] {
  return (
    [
      ['[ -s file ] and wc -l', 'size-and-lines.sh'],
      ['pg_restore --list', 'list-archive.sh'],
      ['exit code of psql or pg_restore', 'exit-code.sh'],
      ['restore and count rows', 'restore-and-count.sh'],
    ] as const
  ).map(([name, file]) => rivalBy(name, `sh ${join(scripts, file)}`, clients))
}

/**
 * Any command: it finds the set in SET, its dump in DUMP, an empty database by
 * PGHOST and PGDATABASE, production's counts in the file COUNTS; it passes a backup by exit code 0, and has nothing to
 * say of one by 77.
 */
export function rivalBy(name: string, command: string, clients: string): Rival {
  return {
    name,
    judge: async ({ backup }, signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'rival-'))
      try {
        await using server = await freshServer(backup, signal)
        const { host, port, user } = server.address
        const env = {
          PATH: `${join(clients, String(major), 'bin')}:${process.env['PATH'] ?? ''}`,
          SET: backup,
          DUMP: await dumpOf(backup),
          COUNTS: await countsOf(backup, folder),
          PGHOST: host,
          PGPORT: String(port),
          PGUSER: user,
          PGDATABASE: 'project',
        }
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
  const names = await readdir(backup)
  const dumps = names.filter((name) => !/^(?:roles\.sql|manifest\.json|baseline\.json)$/.test(name))
  const full = dumps.find((name) => /full|dump|backup/.test(name) && !name.includes('schema')) ?? dumps[0]
  return full === undefined ? backup : join(backup, full)
}

async function countsOf(backup: string, folder: string): Promise<string> {
  const path = join(folder, 'counts')
  const text = await readFile(join(backup, 'baseline.json'), 'utf8').catch(() => null)
  if (text === null) return path
  const { tables } = parseFacts(text)
  await writeFile(path, tables.map(({ schema, name, rows }) => `"${schema}"."${name}"\t${rows}\n`).join(''))
  return path
}

async function run(command: string, env: Record<string, string>, signal: AbortSignal): Promise<RivalWord> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const child = spawn('sh', ['-c', command], { env, stdio: 'ignore', signal: limit })
  child.once('error', () => undefined)
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0 ? 'passes' : code === notAsked ? 'not asked' : 'objects'
}
