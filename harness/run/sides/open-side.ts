import { open, stat } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'
import { FactsPool, noSourceNotes, readSourceNotes, sourceNotesOf, type SourceNotes } from '../../facts/index.ts'
import { openProduction } from '../../postgres/index.ts'
import { isConnectionUrl, nameConnection } from '../name-connection.ts'
import { holdDatabase } from './observe-database.ts'
import { restoreSide } from './restore-side.ts'
import { isEncryptedFacts, readFactsSide } from './unlock-side.ts'
import type { OpenRequest, Side, SideRequest } from './types.ts'

const nothingLeftOut = {
  notCovered: {},
  carries: { roles: true, database: true },
  findings: [],
  copy: null,
  session: null,
} as const

/**
 * Both sides. A facts file first, then a backup, then a database: its snapshot is then held no longer than it must be.
 */
export async function openSides(
  request: SideRequest & { readonly a: string; readonly b: string },
  opened: AsyncDisposableStack,
): Promise<readonly [Side, Side]> {
  const pool = new FactsPool()
  const [a, b] = [await kindOf(request.a, request), await kindOf(request.b, request)]
  const open = async (typed: Typed, later: Typed | null, other: Side | null): Promise<Side> => {
    const source = typed.what === 'backup' ? await notesFor(later, other, request) : noSourceNotes
    return opened.use(await openSide(typed, { ...request, pool, source, before: other?.facts.access ?? null }))
  }
  const [first, second] = [
    { name: request.a, what: a },
    { name: request.b, what: b },
  ]
  if (order.indexOf(a) <= order.indexOf(b)) {
    const side = await open(first, second, null)
    return [side, await open(second, null, side)]
  }
  const side = await open(second, first, null)
  return [await open(first, null, side), side]
}

/** What was typed for a side. */
interface Typed {
  readonly name: string
  readonly what: Side['what']
}

/** What the other side says that a copy must know: a database is asked before it is observed. */
async function notesFor(
  later: Typed | null,
  other: Side | null,
  { environment, signal }: SideRequest,
): Promise<SourceNotes> {
  if (other?.what === 'facts') return sourceNotesOf(other.facts)
  if (later?.what !== 'database') return noSourceNotes
  await using session = await openProduction(nameConnection(later.name, environment, 'env:DATABASE_URL'), { signal })
  return await readSourceNotes(session)
}

const order: readonly Side['what'][] = ['facts', 'backup', 'database']

/** A database by its connection, a facts file, or a dump or set, which is restored. Throws what can't be read. */
async function kindOf(typed: string, { environment }: SideRequest): Promise<Side['what']> {
  if (typed.startsWith('env:') || isConnectionUrl(typed)) {
    // Refused before anything is read or restored.
    nameConnection(typed, environment, 'env:DATABASE_URL')
    return 'database'
  }
  return (await isFactsFile(typed)) || (await isEncryptedFacts(typed)) ? 'facts' : 'backup'
}

async function openSide({ name: typed, what }: Typed, request: OpenRequest): Promise<Side> {
  if (what === 'backup') return restoreSide(typed, request)
  if (what === 'database') {
    const url = nameConnection(typed, request.environment, 'env:DATABASE_URL')
    const held = await holdDatabase(url, { ...request, access: request.config.values.access })
    const { facts, session } = held
    return {
      ...nothingLeftOut,
      name: typed,
      what,
      facts,
      session,
      [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
    }
  }
  const facts = await readFactsSide(typed, request)
  return { ...nothingLeftOut, name: typed, what, facts, async [Symbol.asyncDispose]() {} }
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
