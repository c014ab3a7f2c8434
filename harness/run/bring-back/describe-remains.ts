import { asFault, Fault, formatCount, type SqlRunner } from '../../core/index.ts'
import type { ForeignServer } from './foreign-server.ts'
import { listTables, lookAtTables } from './find-content.ts'

/** What is in the target now, in a sentence. */
export async function describeContent(sql: SqlRunner, database: string): Promise<string> {
  const tables = await lookAtTables(sql, await listTables(sql))
  const filled = tables.filter(({ hasRows }) => hasRows).length
  return `${database} holds ${formatCount(tables.length)} tables, ${formatCount(filled)} of them with rows`
}

/**
 * The fault of a restore that was cut off, with what it has left: every statement that had ended is there, the others
 * were rolled back.
 */
export async function withRemains(fault: Fault, target: ForeignServer): Promise<Fault> {
  const { host, database } = target.place
  let remains: string
  try {
    await target.endSessions()
    await using session = await target.look(AbortSignal.timeout(lookingMs))
    remains = await describeContent(session, database)
  } catch (thrown) {
    remains = `what ${database} holds could not be seen: ${asFault(thrown).message}`
  }
  const message = `${fault.message}; the restore into ${database} at ${host} is NOT complete: ${remains}`
  return new Fault(fault.code, message, {
    hint: `${fault.hint === null ? '' : `${fault.hint}; then `}drop the database, make it anew and restore again`,
    facts: fault.facts,
    cause: fault,
  })
}

/** A person waits for it, with a finger on Ctrl-C. */
const lookingMs = 20_000
