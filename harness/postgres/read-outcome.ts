import { DatabaseError } from 'pg'
import { Fault, scrubLine } from '../core/index.ts'
import type { Outcome, Refusal } from './types.ts'

/**
 * SQLSTATEs that blame the server or the machine, never the statement: class 08 connection, 53 resources, 57 operator
 * intervention (shutdown, cancel), and 58 system error, but for 58P01 and 58P02, which are a statement that names a file
 * (an extension's library) the server lacks. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const environmentStates = /^(?:08|53|57|58(?!P0))/

/** `INSERT 0 5` → 5 rows, `COPY 12` → 12, `CREATE TABLE` → null. */
export function readOutcome(tag: string): Outcome {
  const match = /^(?:INSERT \d+|COPY|UPDATE|DELETE|SELECT|MERGE) (\d+)$/.exec(tag)
  return { ok: true, tag, rows: match ? Number(match[1]) : null }
}

export type ServerAnswer =
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** An error of `pg`: what the server refused, or a fault that is neither the dump's nor ours. */
export function readRefusal(error: unknown): ServerAnswer {
  if (!(error instanceof DatabaseError) || !error.code) return { kind: 'fault', fault: connectionLost(error) }
  if (environmentStates.test(error.code) && !isReachingOut(error))
    return { kind: 'fault', fault: environmentFault(error) }
  return {
    kind: 'refusal',
    refusal: {
      code: error.code,
      message: error.message,
      detail: error.detail ?? null,
      schema: error.schema ?? null,
      table: error.table ?? null,
      column: error.column ?? null,
      constraint: error.constraint ?? null,
      ...(error.routine === undefined ? {} : { routine: error.routine }),
    },
  }
}

/**
 * A statement that wanted to connect to another server, and could not (a foreign table, a subscription). Our own
 * connection is not concerned: its end is FATAL.
 */
function isReachingOut({ code, severity }: DatabaseError): boolean {
  return code?.startsWith('08') === true && severity === 'ERROR'
}

function connectionLost(cause: unknown): Fault {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new Fault('E_ENGINE_CRASHED', `the connection to the database was lost: ${scrubLine(what)}`, {
    hint: 'look at the end of the server log; run again, with more memory or disk if the server was killed',
    cause,
  })
}

function environmentFault(error: DatabaseError): Fault {
  const facts = { sqlstate: error.code ?? '' }
  const message = scrubLine(error.message)
  if (error.code === '53100') {
    return new Fault('E_DISK_FULL', `the disposable server has no disk space left: ${message}`, {
      hint: 'free some space, or give the engine another folder with REHEARSAL_CACHE',
      facts,
      cause: error,
    })
  }
  if (error.code === '57014')
    return new Fault('E_TIMEOUT', `the server cancelled a statement: ${message}`, {
      hint: 'run again, or raise the time limit',
      facts,
      cause: error,
    })
  return new Fault('E_ENGINE_CRASHED', `the server could not go on: ${message}`, {
    hint: 'look at the end of the server log and run again',
    facts,
    cause: error,
  })
}
