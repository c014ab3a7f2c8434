import { randomUUID } from 'node:crypto'
import { Fault, type SqlRunner } from '../core/index.ts'
import { pinSettings } from './pinned-settings.ts'
import { twinsOf, type Twin } from './twins.ts'
import type { Facts, ObjectFact } from './types.ts'
import { isOneStatementsFault } from './readings.ts'

/** Nobody else works on a disposable server; who does anyway is not waited for. */
const lockTimeoutMs = '5000'
const statementTimeoutMs = '30000'

/**
 * How the restored server spells a deparsed text of the baseline once it has read it itself: an object like it is made
 * in the transaction that is open, read, and undone. Null when that can't be done (the text then stands as it is).
 */
export async function reparse(
  sql: SqlRunner,
  fact: ObjectFact,
  property: string,
  sourceText: string,
): Promise<string | null> {
  for (const twin of twinsOf(fact, property, sourceText)) {
    const text = await readTwin(sql, twin)
    if (text !== null) return text
  }
  return null
}

/**
 * The baseline with each deparsed text that differs from the restored one spelled as the restored server spells it.
 * Deparsed SQL is no fixed point of dump and restore: `ANY ((ARRAY['a'::character varying])::text[])` comes back as
 * `ANY (ARRAY[('a'::character varying)::text])`. So does another major spell it otherwise: what it could read again is
 * exact there, too. Needs a session on the restored database that may write: it all happens in one transaction that is
 * rolled back.
 */
export async function reparseDifferences(sql: SqlRunner, baseline: Facts, restored: Facts): Promise<Facts> {
  const restoredObjects = new Map(restored.objects.map((object) => [`${object.kind} ${object.identity}`, object]))
  const differing = baseline.objects.filter((was) => {
    const is = restoredObjects.get(`${was.kind} ${was.identity}`)
    return is !== undefined && differingTexts(was, is).length > 0
  })
  if (differing.length === 0) return baseline
  const respelled = new Map<ObjectFact, ObjectFact>()
  const mark = randomUUID()
  await sql.query('BEGIN')
  try {
    await pinSettings(sql, {
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      check_function_bodies: 'off',
      // The restored database's own event triggers stay out of it; where we are no superuser it has none of the dump's.
      ...((await isSuperuser(sql)) ? { session_replication_role: 'replica' } : {}),
    })
    await sql.query(`SELECT pg_catalog.set_config('rehearsal.mark', $1, true)`, [mark])
    for (const was of differing) {
      const is = restoredObjects.get(`${was.kind} ${was.identity}`)
      if (is) respelled.set(was, await respell(sql, was, is))
    }
    await checkStillInside(sql, mark)
  } catch (cause) {
    throw isOneStatementsFault(cause) ? endedTransaction(cause) : cause
  } finally {
    await sql.query('ROLLBACK')
  }
  return { ...baseline, objects: baseline.objects.map((object) => respelled.get(object) ?? object) }
}

async function isSuperuser(sql: SqlRunner): Promise<boolean> {
  const [row] = await sql.query(`SELECT pg_catalog.current_setting('is_superuser') AS superuser`)
  return row?.['superuser'] === 'on'
}

/** A text that was read again is in the restored server's own words: its property is no longer named as deparsed. */
async function respell(sql: SqlRunner, was: ObjectFact, is: ObjectFact): Promise<ObjectFact> {
  const properties = { ...was.properties }
  const respelled = new Set<string>()
  for (const property of differingTexts(was, is)) {
    const text = await reparse(sql, was, property, was.properties[property] ?? '')
    if (text === null) continue
    properties[property] = text
    respelled.add(property)
  }
  return { ...was, properties, deparsed: was.deparsed.filter((property) => !respelled.has(property)) }
}

/** Deparsed properties of an object that both sides have and spell differently. */
export function differingTexts(was: ObjectFact, is: ObjectFact): readonly string[] {
  return was.deparsed.filter((property) => {
    const before = was.properties[property] ?? null
    const after = is.properties[property] ?? null
    return before !== null && after !== null && before !== after
  })
}

async function readTwin(sql: SqlRunner, twin: Twin): Promise<string | null> {
  await sql.query('SAVEPOINT rehearsal_twin')
  try {
    for (const statement of twin.make) await sql.query(statement)
    const [row] = await sql.query(twin.read)
    return row?.['text'] ?? null
  } catch (error) {
    if (!isOneStatementsFault(error)) throw error
    return null
  } finally {
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_twin')
  }
}

/** A baseline is a file: a text in it that ends our transaction would leave its traces in the restored database. */
async function checkStillInside(sql: SqlRunner, mark: string): Promise<void> {
  const [row] = await sql.query(`SELECT pg_catalog.current_setting('rehearsal.mark', true) AS mark`)
  if (row?.['mark'] !== mark) throw endedTransaction()
}

function endedTransaction(cause?: unknown): Fault {
  return new Fault('E_BASELINE_INVALID', 'a text in the baseline is not one expression: it ended a transaction', {
    hint: 'somebody edited the baseline: take a new backup',
    cause,
  })
}
