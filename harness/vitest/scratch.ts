import { randomBytes } from 'node:crypto'
import type { Row, SqlRunner } from '../core/index.ts'
import { cloneDatabase, connect, dropDatabase, type ServerAddress, type Session } from '../postgres/index.ts'
import { statementTimeoutMs, whereRestored } from './databases.ts'

/** Longest name that PostgreSQL takes, in bytes. */
const longestName = 63
/** One copy at a time: each ends the sessions that the other is copying from. */
const copying = 'select pg_catalog.pg_advisory_lock(7034521)'

/** A copy of the restored database for one test, to write to as it likes: nobody else sees it, and it goes with the test. */
export class ScratchDatabase implements SqlRunner, AsyncDisposable {
  readonly database: string
  readonly address: ServerAddress
  readonly #session: Session

  constructor(session: Session, address: ServerAddress, database: string) {
    this.#session = session
    this.address = address
    this.database = database
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    return this.#session.query(text, values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
    await using admin = await connect(this.address, 'template1', { applicationName: 'rehearse spec' })
    await dropDatabase(admin, this.database)
  }
}

/** Why no copy can be made here; null where one can. */
export function whyNoScratch(): string | null {
  return whereRestored().url ? 'a copy to write to is made on a server of our own only, not on one that is lent' : null
}

/** Costs the bytes of the restored database again, and seconds a gigabyte. */
export async function openScratch(): Promise<ScratchDatabase> {
  const { address, database } = whereRestored()
  const name = scratchName(database)
  {
    await using admin = await connect(address, 'template1', { applicationName: 'rehearse spec' })
    await admin.query(copying)
    await cloneDatabase(admin, database, name)
  }
  const session = await connect(address, name, { applicationName: 'rehearse spec' })
  await session.query(`set statement_timeout = ${statementTimeoutMs}`)
  return new ScratchDatabase(session, address, name)
}

function scratchName(database: string): string {
  const suffix = `_scratch_${randomBytes(4).toString('hex')}`
  const letters = Array.from(database)
  while (Buffer.byteLength(letters.join('')) + suffix.length > longestName) letters.pop()
  return `${letters.join('')}${suffix}`
}
