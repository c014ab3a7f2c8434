import { cp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { silentProgress } from '../../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../harness/engine/index.ts'
import { clientFolders } from '../../harness/restore/testing/client-tools.ts'

/** A server whose binaries lie in the suite's own cache: {@link showSuite} adds to them. */
export async function startSuiteServer(major: number, cache: string): Promise<DisposableServer> {
  const [projectFolder] = clientFolders()
  const engine = embeddedEngine({ cacheFolder: join(cache, 'servers'), ...(projectFolder && { projectFolder }) })
  const need = { major, extensions: [], plainBytes: 0, superuser: 'postgres' }
  return engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
}

/**
 * Copies the tests, what they read and their libraries beside the server's binaries: in its own root a server sees no
 * other files of this machine, and may execute no others. Returns the folder, whose name differs once it is built anew.
 */
export async function showSuite(regress: string, server: DisposableServer): Promise<string> {
  const { mtimeMs } = await stat(join(regress, 'pg_regress'))
  const target = join(dirname(await binariesOf(server)), `regress-${Math.trunc(mtimeMs)}`)
  if (await isThere(target)) return target
  const part = `${target}.${process.pid}.part`
  try {
    await cp(regress, part, { recursive: true })
    await rename(part, target)
  } catch (error) {
    // Another run was faster.
    if (!(await isThere(target))) throw error
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return target
}

/** A folder that the server may write to. */
export async function dataFolderOf(server: DisposableServer): Promise<string> {
  return ask(server, `SELECT pg_catalog.current_setting('data_directory') AS answer`)
}

async function binariesOf(server: DisposableServer): Promise<string> {
  return ask(server, `SELECT setting AS answer FROM pg_catalog.pg_config WHERE name = 'BINDIR'`)
}

async function ask(server: DisposableServer, query: string): Promise<string> {
  await using session = await server.connect('postgres')
  const [row] = await session.query(query)
  if (!row?.['answer']) throw new Error(`no answer: ${query}`)
  return row['answer']
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
