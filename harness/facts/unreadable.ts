import { Fault, scrubLine, type Row, type SqlRunner } from '../core/index.ts'

export type Reading = { readonly row: Row } | { readonly unreadable: string }

/**
 * Runs one statement that may fail on its own (a permission, row security, a damaged page, its time limit) without
 * ending the transaction that it is part of. Needs the savepoint that {@link openSavepoint} made. A lost connection throws.
 */
export async function readOrExplain(sql: SqlRunner, text: string): Promise<Reading> {
  try {
    const [row] = await sql.query(text)
    return { row: row ?? {} }
  } catch (error) {
    if (!isOneStatementsFault(error)) throw error
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_reading')
    return { unreadable: scrubLine(error.message) }
  }
}

/** One savepoint serves every reading: it is only ever rolled back to, so that a good reading costs no round trip. */
export async function openSavepoint(sql: SqlRunner): Promise<void> {
  await sql.query('SAVEPOINT rehearsal_reading')
}

export async function releaseSavepoint(sql: SqlRunner): Promise<void> {
  await sql.query('RELEASE SAVEPOINT rehearsal_reading')
}

export function isOneStatementsFault(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === 'E_SQL' || error.code === 'E_TIMEOUT') && 'sqlstate' in error.facts
}
