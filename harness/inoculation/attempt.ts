import { Fault, type SqlRunner } from '../core/index.ts'

/** What the server refused is undone and false; what ends the session is thrown. */
export async function attempt(sql: SqlRunner, work: () => Promise<boolean>): Promise<boolean> {
  await sql.query('SAVEPOINT rehearsal_attempt')
  try {
    const done = await work()
    await sql.query('RELEASE SAVEPOINT rehearsal_attempt')
    return done
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_attempt; RELEASE SAVEPOINT rehearsal_attempt')
    return false
  }
}

/** One statement's own end: the session is as good as before. */
export function isRefusal(thrown: unknown): thrown is Fault {
  return (
    thrown instanceof Fault && (thrown.code === 'E_SQL' || thrown.code === 'E_TIMEOUT') && 'sqlstate' in thrown.facts
  )
}
