import { Fault } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import { LedgerBook } from '../ledger-book.ts'
import { RefusalScribe } from '../refusal-scribe.ts'
import { accountFor, type Account } from './account.ts'
import { ClientSandbox } from './client-sandbox.ts'
import { connectionWords } from './connection-words.ts'
import { handOver } from './hand-over.ts'
import { Overheard } from './overheard.ts'
import { prepareStart } from './prepare-start.ts'
import { readSettings } from './read-settings.ts'
import { Relay } from './relay.ts'
import { requireEnd } from './require-end.ts'
import { runDump } from './run-dump.ts'
import { screenDump, type ScreenedDump } from './screen-dump.ts'
import { stateOf } from './stage-archive.ts'
import type { ClientRun, ServerWarning, StockFile, StockOptions, StockRestore } from './types.ts'
import { readWarning } from './warning-rules.ts'

/**
 * Runs dumps, in the order given, into a disposable server by PostgreSQL's own clients, as people do on the bad day:
 * plain text through psql, archives through pg_restore, going on past errors. All of them are read by us first, and a
 * hostile one is not given to a client. A client that does not get to its end throws `E_CLIENT_FAILED`: what it was
 * about to restore is then unknown. Costs two more readings of each dump.
 */
export async function restoreStock(
  files: readonly StockFile[],
  server: DisposableServer,
  options: StockOptions,
): Promise<StockRestore> {
  const { clients, signal, progress } = options
  progress.begin('restore', options.totalBytes)
  const states = await Promise.all(files.map(stateOf))
  const screened: ScreenedDump[] = []
  for (const file of files) screened.push(await screenDump(file, server.address.user, signal))
  const book = new LedgerBook()
  await using sandbox = await ClientSandbox.open(server)
  const settings = await readSettings(server, options.database)
  const runs: ClientRun[] = []
  const warnings: ServerWarning[] = []
  const complaints: string[] = []
  let unlisted = 0
  const hostile = screened.flatMap((dump) => dump.hostile)
  book.skipped.push(...hostile)
  const start = await prepareStart(server, screened, options)
  const { provided, database: target } = options
  const scribe = new RefusalScribe(book, {
    superuser: server.address.user,
    isSuperuser: server.limits === undefined,
    provided,
    lacking: options.lacking,
    database: target,
  })
  for (const [index, dump] of hostile.length > 0 ? [] : screened.entries()) {
    progress.advance(0, dump.file.name)
    const overheard = new Overheard()
    await using _relay = await Relay.open(sandbox.folder, server.address, overheard)
    const database = dump.file.format === 'plain' ? start : options.database
    const conninfo = await connectionWords(sandbox, server.address, database)
    const ran = await runDump(dump, sandbox, conninfo, options)
    if ((await stateOf(dump.file)) !== states[index]) throw changed(dump.file)
    await requireEnd(ran, overheard, server, signal)
    runs.push(ran.run)
    complaints.push(...ran.words.complaints.map((complaint) => `${dump.file.name}: ${complaint}`))
    unlisted += overheard.refusalCount - overheard.refusals.length
    for (const warning of overheard.warnings.values()) warnings.push(readWarning(dump.file.name, warning, settings))
    const { refusedAt } = ran.words
    const isMended: Account['isMended'] = async (refused) => {
      const said = await handOver(server, { ...refused, file: dump.file.name }, signal)
      if (said) warnings.push(said)
      return said !== null
    }
    await accountFor({ file: dump.file, overheard, refusedAt, database, signal, isMended }, book, scribe)
  }
  const ledger = book.close(runs.reduce((sum, { ms }) => sum + ms, 0))
  return {
    clients,
    ledger: { ...ledger, refusedCount: ledger.refusedCount + unlisted },
    runs,
    warnings,
    complaints,
    settings,
    isolation: sandbox.notes,
  }
}

function changed({ name }: StockFile): Fault {
  return new Fault('E_DUMP_CHANGED', `${name} was written to, or replaced, while it was being restored`, {
    hint: 'rehearse a copy that nobody writes to',
  })
}
