import { basename } from 'node:path'
import { asFault, Fault } from '../core/index.ts'
import type { Facts } from '../facts/index.ts'
import { answerOf } from './answer.ts'
import { cloneAside, type Clone } from './clone-database.ts'
import { describeChanges } from './describe-changes.ts'
import { compareStayed } from './compare-stayed.ts'
import { droppedColumns } from './dropped-columns.ts'
import { Gate } from './gate.ts'
import { impliedLocks } from './implied-locks.ts'
import type { LockTally } from './lock-tally.ts'
import { readCatalogue, type Catalogue } from './read-catalogue.ts'
import { nameOf } from './rename-map.ts'
import { runCommand } from './run-command.ts'
import type {
  CommandRun,
  HeldLock,
  MigrationChanges,
  MigrationOrder,
  MigrationReport,
  MigrationServer,
} from './types.ts'
import { watchLocks } from './watch-locks.ts'

export interface MigrationSubject {
  readonly server: MigrationServer
  /** The restored database. It has this name again when all is over, and is as it was. */
  readonly database: string
  /** What was observed in it. */
  readonly facts: Facts
  /** Observes the clone the same way. */
  readonly observe: (database: string) => Promise<Facts>
}

/** A count of a dropped column's values reads a table once; its types may be the restored database's own. */
const countTimeoutMs = 60_000
/** Enough to see what would stand still; `verdict.json` is no trace. */
const mostLocks = 100

/**
 * Runs a migration on a clone of the restored database and tells what came of it. What keeps it from being rehearsed
 * (a crashed server, no room, an interrupt) is UNDECIDED; only a defect of ours is thrown.
 */
export async function rehearseMigration(subject: MigrationSubject, order: MigrationOrder): Promise<MigrationReport> {
  let run: CommandRun | null = null
  try {
    const { server, database } = subject
    await using clone = await cloneAside(server, database, order.signal)
    const was = await catalogueOf(subject, clone.database, order.signal)
    const { ended, tally } = await runWatched(subject, clone, order)
    run = ended
    await endSessions(subject, clone, order.signal)
    const is = await catalogueOf(subject, clone.database, order.signal)
    const locks = listLocks(tally, was, is)
    const changes = await readChanges(subject, clone, { was, is }, order.signal)
    const answered = answerOf(run, changes)
    // What it prints may be rows; where nothing is wrong, nobody needs it in the evidence.
    const shown = answered.answer === 'GO' ? { ...run, lastLines: [] } : run
    return { ...answered, command: order.command, run: shown, log: basename(order.logFile), locks, changes }
  } catch (thrown) {
    const fault = order.signal.aborted ? interrupted(order.signal) : asFault(firstOf(thrown))
    if (fault.kind === 'defect') throw fault
    return notRehearsed(order.command, fault.message, fault.hint, run && { run, log: basename(order.logFile) })
  }
}

/** A migration that nothing came of: it never ran, or what it did could not be seen. */
export function notRehearsed(
  command: string,
  reason: string,
  remedy: string | null,
  ran: Pick<MigrationReport, 'run' | 'log'> | null = null,
): MigrationReport {
  return { answer: 'UNDECIDED', reason, remedy, command, run: null, log: null, ...ran, locks: [], changes: null }
}

async function runWatched(
  { server, database }: MigrationSubject,
  clone: Clone,
  order: MigrationOrder,
): Promise<{ ended: CommandRun; tally: LockTally }> {
  const form = { form: order.url, database: clone.database, shut: new Set([clone.aside]) }
  await using session = await server.connect(clone.aside, { signal: order.signal })
  await using gate = await Gate.open({ server: server.address, ...form })
  const watch = watchLocks(session, database)
  const ended = await runCommand(order, gate).catch(async (thrown: unknown) => {
    await watch.stop().catch(() => {})
    throw thrown
  })
  return { ended, tally: await watch.stop() }
}

function listLocks(tally: LockTally, was: Catalogue, is: Catalogue): HeldLock[] {
  for (const oid of impliedLocks(was, is)) tally.imply(oid, 'AccessExclusiveLock')
  const named = (oid: string): string | null => {
    const relation = was.get(oid)
    return relation === undefined || relation.kind === 'i' ? null : nameOf(relation)
  }
  return tally.list(named).slice(0, mostLocks)
}

/** A client that was ended leaves its statement running on the server, with its locks. */
async function endSessions({ server }: MigrationSubject, clone: Clone, signal: AbortSignal): Promise<void> {
  await using session = await server.connect(clone.aside, { signal })
  for (;;) {
    const going = await session.query(
      'SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = $1',
      [clone.database],
    )
    if (going.length === 0) return
    signal.throwIfAborted()
    await session.query('SELECT pg_catalog.pg_sleep(0.02)')
  }
}

async function catalogueOf({ server }: MigrationSubject, database: string, signal: AbortSignal): Promise<Catalogue> {
  await using session = await server.connect(database, { signal })
  return await readCatalogue(session)
}

async function readChanges(
  subject: MigrationSubject,
  clone: Clone,
  { was, is }: { readonly was: Catalogue; readonly is: Catalogue },
  signal: AbortSignal,
): Promise<MigrationChanges> {
  const facts = await subject.observe(clone.database)
  await using copy = await subject.server.connect(clone.aside, { signal })
  await copy.query("SET search_path = ''")
  await copy.query(`SET statement_timeout = ${countTimeoutMs}`)
  const columns = await droppedColumns(copy, was, is)
  await using cloned = await subject.server.connect(clone.database, { signal })
  const [before, after] = [
    { facts: subject.facts, catalogue: was },
    { facts, catalogue: is },
  ]
  const stayed = await compareStayed([copy, cloned], [before, after], countTimeoutMs)
  return describeChanges(before, after, { columns, stayed })
}

/** What went wrong first: after a crash, giving the name back fails too. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof SuppressedError ? firstOf(thrown.suppressed) : thrown
}

function interrupted(signal: AbortSignal): Fault {
  const hint = 'run it again to its end'
  return new Fault('E_INTERRUPTED', 'the rehearsal was ended before the migration was', { hint, cause: signal.reason })
}
