import { constants, type Dirent } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, readdir, readlink, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Fault } from '../../core/index.ts'
import { placeOnce } from '../cache.ts'
import { platformName, type Binaries } from './find-binaries.ts'

/**
 * Copies the binaries to the cache once per exact version, readable by the server's uid (a project below /root isn't),
 * with the symbolic links that npm can't pack and the package's postinstall would have made.
 */
export async function installBinaries(cache: string, binaries: Binaries): Promise<string> {
  const target = join(cache, 'binaries', `${binaries.version}-${platformName}`)
  return placeOnce(target, async (temporary) => {
    await copyTree(binaries.folder, temporary)
    await makeLinks(temporary)
  })
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (isWanted(entry)) {
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, entry.parentPath.endsWith('/bin') ? 0o755 : 0o644)
    }
  }
}

/** Static libraries serve only who compiles against them. */
function isWanted(entry: Dirent): boolean {
  return entry.isFile() && !entry.name.endsWith('.a')
}

async function makeLinks(folder: string): Promise<void> {
  const list = join(folder, 'pg-symlinks.json')
  for (const { source, target } of parseLinks(list, JSON.parse(await readFile(list, 'utf8')))) {
    const link = join(folder, relative('native', target))
    const value = relative(dirname(target), source)
    try {
      await symlink(value, link)
    } catch (error) {
      // The postinstall did run: the link was copied.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

function parseLinks(file: string, links: unknown): readonly { readonly source: string; readonly target: string }[] {
  const isInside = (path: unknown): path is string =>
    typeof path === 'string' && path.startsWith('native/') && !path.split('/').includes('..')
  if (
    Array.isArray(links) &&
    links.every((link: unknown) => isLink(link) && isInside(link.source) && isInside(link.target))
  ) {
    return links as { source: string; target: string }[]
  }
  throw new Fault('E_ENGINE_START', `${file} isn't the list of links that it should be`, {
    hint: 'install the dependencies again (npm ci)',
  })
}

function isLink(link: unknown): link is { readonly source: unknown; readonly target: unknown } {
  return typeof link === 'object' && link !== null && 'source' in link && 'target' in link
}
