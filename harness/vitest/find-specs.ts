import { glob, readdir, realpath } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { SpecOrder } from './launch.ts'

/**
 * Our own spec files and the user's, absolute, each once. A glob that a person wrote down and that matches nothing is a
 * problem: what it was to claim would silently go unclaimed.
 */
export async function findSpecs(
  packageRoot: string,
  { root, globs, asked }: Pick<SpecOrder, 'root' | 'globs' | 'asked'>,
): Promise<{ readonly files: readonly string[]; readonly problems: readonly string[] }> {
  const own = join(packageRoot, 'specs')
  const files = new Set((await readdir(own)).filter((name) => name.endsWith('.spec.ts')).map((name) => join(own, name)))
  const problems: string[] = []
  for (const pattern of globs) {
    const found = await Array.fromAsync(
      glob(pattern, { cwd: root, exclude: (path) => ['node_modules', '.git'].includes(basename(path)) }),
    )
    if (found.length === 0 && asked) problems.push(`no spec file matches ${pattern} in ${root}`)
    for (const name of found) files.add(await realpath(resolve(root, name)))
  }
  return { files: [...files].sort(), problems }
}

/** A path as a glob that matches it alone: folders may be called `(a) [b] {c}`. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\](){}!@+|]/g, '\\$&')
}
