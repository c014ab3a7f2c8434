import { chmod, mkdir } from 'node:fs/promises'
import { Project } from '../testing/project.ts'

/** A cache and a temporary folder that no other rehearsal uses, as a command's environment names them. */
export interface Workplace extends AsyncDisposable {
  readonly cache: string
  readonly temporary: string
  readonly env: Readonly<Record<string, string>>
}

export async function makeWorkplace(): Promise<Workplace> {
  const folder = await Project.empty('rehearsal-endurance-')
  // The server's own user must be able to reach the cache.
  await chmod(folder.folder, 0o755)
  const [cache, temporary] = [folder.path('cache'), folder.path('tmp')]
  for (const path of [cache, temporary]) await mkdir(path, { mode: 0o755 })
  return {
    cache,
    temporary,
    env: { REHEARSAL_CACHE: cache, TMPDIR: temporary },
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
}
