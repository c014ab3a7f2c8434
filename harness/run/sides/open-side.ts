import { open, readFile, stat } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'
import { parseFacts } from '../../facts/index.ts'
import { isConnectionUrl, nameConnection } from '../name-connection.ts'
import { observeDatabase } from './observe-database.ts'
import { restoreSide } from './restore-side.ts'
import type { Side, SideRequest } from './types.ts'

const nothingLeftOut = { notCovered: {}, carries: { roles: true, database: true }, findings: [], copy: null } as const

/** A database by its connection, a facts file, or a dump or set, which is restored. Throws what can't be read. */
export async function openSide(typed: string, request: SideRequest): Promise<Side> {
  if (typed.startsWith('env:') || isConnectionUrl(typed)) {
    const url = nameConnection(typed, request.environment, 'env:DATABASE_URL')
    const facts = await observeDatabase(url, request)
    return { ...nothingLeftOut, name: typed, what: 'database', facts, async [Symbol.asyncDispose]() {} }
  }
  if (!(await isFactsFile(typed))) return restoreSide(typed, request)
  const facts = parseFacts(await readFile(typed, 'utf8'))
  return { ...nothingLeftOut, name: typed, what: 'facts', facts, async [Symbol.asyncDispose]() {} }
}

/** What a facts file begins with; a dump or a folder does not. */
const factsBegin = /^\s*\{\s*"[^"]*"\s*:/

async function isFactsFile(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return false
    await using file = await open(path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return factsBegin.test(buffer.toString('utf8', 0, bytesRead))
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new Fault(
      missing ? 'E_PATH_NOT_FOUND' : 'E_FILE_UNREADABLE',
      missing ? `there is no ${path}` : `cannot read ${path}`,
      {
        hint: 'a side is env:NAME, a connection URL without a password, a facts file, or a dump or its folder',
        cause,
      },
    )
  }
}
