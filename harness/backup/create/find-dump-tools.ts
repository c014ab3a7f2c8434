import { join } from 'node:path'
import { Fault, programVersion } from '../../core/index.ts'
import { endsWithUs } from './ends-with-us.ts'
import { containedIn, type ContainedTools, type ContainerPort } from './contained-tools.ts'
import type { Version } from './types.ts'

/** pg_dump, pg_dumpall and pg_restore of one version, out of one folder of this machine, or of a container's image. */
export interface DumpTools {
  readonly folder: string
  readonly version: Version
  /** Words before each command on this machine: the kernel ends it with us. */
  readonly before: readonly string[]
  /** Runs them in a container; null: on this machine. */
  readonly contained: ContainedTools | null
}

/** What is known of versions. It is handed in: the room of engines keeps the table. */
export interface VersionPort {
  readVersion(said: string): Version | null
  /** What a hostile server, or archive, can make this program do, in a few words; null where nothing is known. */
  weaknessOf(program: 'pg_dump' | 'pg_restore', version: Version): string | null
}

/**
 * Tools that can dump a server of that major: of its own major, else of the next newer that is there. An older pg_dump
 * refuses a newer server, and says so only after its file was opened. Throws `E_CLIENT_MISSING`, or
 * `E_CLIENT_VULNERABLE` where all that fit lack published fixes. Where none of this machine does, those of a container of the
 * server's own major are taken.
 */
export async function findDumpTools(
  serverMajor: number,
  folders: readonly string[],
  versions: VersionPort,
  containers: ContainerPort | null = null,
): Promise<DumpTools> {
  const all = (await Promise.all(folders.map((folder) => readTools(folder, versions)))).filter(
    (tools) => tools !== null,
  )
  const fitting = all
    .filter(({ version }) => version.major >= serverMajor)
    .sort((a, b) => a.version.major - b.version.major || byMinor(b, a))
  const chosen = fitting.find(({ version }) => versions.weaknessOf('pg_dump', version) === null)
  if (chosen) return { ...chosen, before: await endsWithUs() }
  const contained = containers && (await findContained(serverMajor, containers, versions))
  if (contained && typeof contained !== 'string') return contained
  const [refused] = fitting
  if (!refused) {
    const none = [...new Set(all.map(({ version }) => version.text))].join(', ') || 'none'
    const there = contained === null ? none : `${none}; in a container: ${contained}`
    throw new Fault('E_CLIENT_MISSING', `no pg_dump of PostgreSQL ${serverMajor} or later (there: ${there})`, {
      hint: `install it: apt install postgresql-client-${serverMajor}, dnf install postgresql${serverMajor}, brew install postgresql@${serverMajor}; or name a folder with ${serverMajor}/bin in REHEARSAL_CLIENTS`,
    })
  }
  const { version, folder } = refused
  throw new Fault(
    'E_CLIENT_VULNERABLE',
    `pg_dump ${version.text} in ${folder}: ${versions.weaknessOf('pg_dump', version) ?? 'known to be unsafe'}`,
    { hint: `update it to the latest minor of its major`, facts: { version: version.text } },
  )
}

/** Or why there is none. */
async function findContained(
  major: number,
  containers: ContainerPort,
  versions: VersionPort,
): Promise<DumpTools | string> {
  const obstacle = await containers.obstacle()
  if (obstacle !== null) return obstacle
  const image = `postgres:${major}`
  const contained = containedIn(image, containers)
  const said = await contained.sayVersion()
  const version = /^\w+ \(PostgreSQL\) (\S{1,40})/.exec(said)?.[1]
  const read = version === undefined ? null : versions.readVersion(version)
  if (read === null) return `${image} says of its pg_dump: ${said || 'nothing'}`
  const weakness = versions.weaknessOf('pg_dump', read)
  if (weakness !== null) return `${image} has pg_dump ${read.text}: ${weakness}`
  return { folder: image, version: read, before: [], contained }
}

function byMinor(a: DumpTools, b: DumpTools): number {
  return a.version.text.localeCompare(b.version.text, 'en', { numeric: true })
}

/** Null where a program is missing, does not run, or is of another version. */
async function readTools(folder: string, versions: VersionPort): Promise<DumpTools | null> {
  const [dump, ...others] = await Promise.all(
    (['pg_dump', 'pg_dumpall', 'pg_restore'] as const).map(async (program) => {
      const said = await versionOf(join(folder, program))
      return said === null ? null : versions.readVersion(said)
    }),
  )
  if (!dump || others.some((other) => other?.text !== dump.text)) return null
  return { folder, version: dump, before: [], contained: null }
}

async function versionOf(program: string): Promise<string | null> {
  return /^\w+ \(PostgreSQL\) (\S{1,40})/.exec((await programVersion(program)) ?? '')?.[1] ?? null
}
