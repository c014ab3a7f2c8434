import type { InsertEntry, QualifiedName, StatementEntry } from '../../dump/index.ts'
import type { Refusal, Session } from '../../postgres/index.ts'
import { InsertLoader } from './insert-loader.ts'

/** INSERTs of one table that were run. Each INSERT is in exactly one of these, refused or not. */
export interface LoadedRows {
  readonly table: QualifiedName
  readonly rowsInDump: number
  /** As the server counted them. */
  readonly rowsLoaded: number
  /** Of the statements' texts. */
  readonly bytes: number
  /** INSERTs that the server took, one by one or as rows of a COPY. */
  readonly statements: number
  readonly ms: number
}

/** Who is told what came of each entry. */
export interface InsertsReport {
  loaded(rows: LoadedRows): void
  /** The server's answer to the statement itself, also where it was first tried as part of a COPY. */
  refused(entry: InsertEntry | StatementEntry, refusal: Refusal): void
  /** A statement among the INSERTs was run. */
  ran(entry: StatementEntry): void
}

export interface InsertsOptions extends InsertsReport {
  /** INSERTs are gathered until their texts are this long. */
  readonly batchBytes?: number
}

/**
 * A COPY of half a MiB costs the server milliseconds, so that its beginning and end are noise; of that and the texts
 * that it was made from there are two at a time, one on its way and one being gathered.
 */
const defaultBatchBytes = 512 * 1024

/**
 * Runs INSERTs in the dump's order and leaves the database as if they had been run one by one, faster: those of literals
 * go in by COPY where the catalogue shows that this is the same. A COPY that is refused leaves nothing, and its INSERTs
 * are then run one by one. Statements among them (settings, mostly) are run where they stand.
 *
 * To be called outside of a transaction, while nothing alters the tables. A text need be good only until the next entry
 * is asked for. The session is the loader's until the promise settles. Its buffers take some eight times `batchBytes`.
 */
export async function loadInserts(
  session: Session,
  entries: AsyncIterable<InsertEntry | StatementEntry>,
  options: InsertsOptions,
): Promise<void> {
  const loader = new InsertLoader(session, options, options.batchBytes ?? defaultBatchBytes)
  try {
    for await (const entry of entries) {
      if (entry.kind === 'insert') await loader.insert(entry)
      else await loader.statement(entry)
    }
    await loader.settle()
  } finally {
    await loader.stop()
  }
}
