import { glob, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectDump, type DumpSummary } from '../../dump/index.ts'
import type { DumpFile } from '../restore-dumps.ts'

/** Dumps of a recorded backup set that are restored together, in this order. */
export interface SampleRestore {
  /** `edupath/2026-11-08-pg17: roles.sql + full_database_backup.sql`. */
  readonly title: string
  readonly major: number
  readonly files: readonly DumpFile[]
  readonly summaries: readonly DumpSummary[]
}

/** The newest major that the samples were recorded on: for dumps whose header was stripped. */
const newestMajor = 17

/** Every dump of every set in `<project>/backups/<set>` below a folder, each with what must be there before it. */
export async function findSampleRestores(projects: string): Promise<readonly SampleRestore[]> {
  const sets = (await Array.fromAsync(glob('*/backups/*/', { cwd: projects }))).sort()
  const found = await Promise.all(
    sets.map((set) => restoresOf(join(projects, set), set.replace('/backups/', '/').replace(/\/$/, ''))),
  )
  return found.flat()
}

async function restoresOf(folder: string, title: string): Promise<readonly SampleRestore[]> {
  const names = (await readdir(folder)).filter((name) => /\.sql(?:\.gz|\.zst)?$/.test(name)).sort()
  const dumps = await Promise.all(names.map(async (name) => inspectDump(join(folder, name))))
  const version = dumps.map(({ serverVersion }) => serverVersion).find((text) => text !== null)
  const major = version ? Number.parseInt(version, 10) : newestMajor
  const roles = dumps.filter(({ holds }) => holds.roles && !holds.schema && !holds.data)
  const definitions = dumps.filter(({ holds }) => holds.schema && !holds.data)
  return dumps
    .filter((dump) => !roles.includes(dump))
    .map((dump) => {
      const before = dump.holds.schema ? roles : [...roles, ...definitions.slice(0, 1)]
      const summaries = [...before, dump]
      const files = summaries.map(({ path }) => ({ path, name: path.slice(folder.length + 1) }))
      return { title: `${title}: ${files.map(({ name }) => name).join(' + ')}`, major, files, summaries }
    })
}
