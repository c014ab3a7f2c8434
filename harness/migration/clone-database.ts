import { quoteIdentifier } from '../core/index.ts'
import { dropDatabase, endSessions } from '../postgres/index.ts'
import type { MigrationServer } from './types.ts'

/** What the restored copy is called while its clone has its name. */
const asideSuffix = '_rehearsed'
/** Longest name that PostgreSQL takes, in bytes; the suffix is ASCII. */
const longestName = 63

/** The restored copy and its clone, in each other's place until disposed. */
export interface Clone extends AsyncDisposable {
  /** As the restored copy was called: migrations name their database. */
  readonly database: string
  /** Where the restored copy is meanwhile. */
  readonly aside: string
}

/** Clones a database and gives the clone its name. Disposing drops the clone and gives the copy its name back. */
export async function cloneAside(server: MigrationServer, database: string, signal: AbortSignal): Promise<Clone> {
  const aside = asideName(database)
  await rename(server, database, aside, signal)
  const clone: Clone = {
    database,
    aside,
    async [Symbol.asyncDispose]() {
      await using last = await server.connect('template1')
      await dropDatabase(last, database)
      await rename(server, aside, database)
    },
  }
  try {
    await server.cloneDatabase(aside, database, { signal })
    return clone
  } catch (thrown) {
    await clone[Symbol.asyncDispose]()
    throw thrown
  }
}

/** A test runner's last session may still be going, and a migration's may hang. */
async function rename(server: MigrationServer, from: string, to: string, signal?: AbortSignal): Promise<void> {
  await using session = await server.connect('template1', signal ? { signal } : {})
  await endSessions(session, from)
  await session.query(`ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`)
}

/** Cut by characters until it fits in bytes. */
function asideName(database: string): string {
  const letters = Array.from(database)
  while (Buffer.byteLength(letters.join('')) + asideSuffix.length > longestName) letters.pop()
  return `${letters.join('')}${asideSuffix}`
}
