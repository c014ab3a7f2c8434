import { chooseRestore, type BackupSet } from '../backup/index.ts'
import type { ConfigValues } from '../config/index.ts'
import { formatBytes } from '../core/index.ts'
import type { FindingBook } from './finding-book.ts'
import type { ReadDump } from './read-dumps.ts'

/** The dumps to restore, in order, and those that only stand beside them. */
export interface DumpChoice {
  readonly restored: readonly ReadDump[]
  readonly others: readonly ReadDump[]
  readonly why: string
}

/** What to restore, by the names of the files and by what they were found to hold. */
export function chooseDumps(set: BackupSet, dumps: readonly ReadDump[]): DumpChoice {
  const { files, why } = chooseRestore(set, new Map(dumps.map(({ file, summary }) => [file.name, summary.holds])))
  const restored = files.flatMap((file) => dumps.filter((dump) => dump.file === file))
  const others = dumps.filter((dump) => !restored.includes(dump))
  return { restored, others, why }
}

/** What else is known of the database while its dumps are judged. */
export interface ContentContext {
  /** The baseline says that there were no rows to save. */
  readonly databaseIsEmpty: boolean
  /** Dumps of the set that could not be read: what they hold is unknown. */
  readonly unread: readonly string[]
}

/** Does the set hold what a backup must hold? */
export function judgeContentKind(
  { restored }: DumpChoice,
  config: ConfigValues,
  { databaseIsEmpty, unread }: ContentContext,
  book: FindingBook,
): void {
  const names = restored.map(({ file }) => file.name).join(' + ') || 'the set'
  const schema = restored.some(({ summary }) => summary.holds.schema)
  const data = restored.some(({ summary }) => summary.holds.data) || databaseIsEmpty
  const tables = restored.reduce((sum, { summary }) => sum + summary.tables.filter(({ defined }) => defined).length, 0)
  const lacks = (config.expect !== 'data' && !schema) || (config.expect !== 'schema' && !data)
  if (lacks && unread.length > 0) {
    book.notChecked(
      'content kind',
      names,
      `${unread.join(', ')} could not be read: what the backup holds is unknown`,
      'see why it could not be read',
    )
    return
  }
  if (config.expect === 'full' && !schema && !data) {
    book.differs('content kind', names, `${names} holds neither definitions nor rows: restoring it produces nothing`, {
      remedy: 'dump definitions and rows (for Supabase: roles, schema and data, three dumps)',
    })
    return
  }
  if (config.expect !== 'data' && !schema) {
    book.differs('content kind', names, `${names} holds no definitions: restoring it alone produces nothing`, {
      remedy: 'dump the schema too (for Supabase: roles, schema and data, three dumps)',
    })
  }
  if (config.expect !== 'schema' && !data) {
    book.differs('content kind', names, `${names} holds no rows: ${tables} tables are defined and none is filled`, {
      remedy: 'dump the data too; `supabase db dump` writes no rows unless it is asked for them with --data-only',
    })
  }
  if (!book.has('content kind'))
    book.same(
      'content kind',
      names,
      `${names} holds ${config.expect === 'full' ? 'definitions and rows' : config.expect}`,
    )
}

/**
 * A dump could not be read for a reason that is not the backup's (its form is one that nobody here knows), and what
 * could be read is not all: restored alone it would be held against a production that the backup may well hold.
 */
export function isContentUnknown({ findings }: FindingBook): boolean {
  const isOpen = findings.some(({ check, status }) => check === 'content kind' && status === 'not-checked')
  return isOpen && !findings.some(({ check, status }) => check === 'completeness' && status === 'differs')
}

/** Sizes that config asks for. */
export function judgeSizes(
  { restored }: DumpChoice,
  config: ConfigValues,
  databaseBytes: number | null,
  book: FindingBook,
): void {
  const { minBytes, minRatioToDatabase, tables } = config.sizes
  const onDisk = restored.reduce((sum, { summary }) => sum + summary.fileBytes, 0)
  const plain = restored.reduce((sum, { summary }) => sum + summary.plainBytes, 0)
  if (minBytes !== null) judge('the backup', onDisk, minBytes)
  if (minRatioToDatabase !== null) {
    if (databaseBytes === null) {
      book.notChecked(
        'size',
        'share of the database',
        'nothing says how large production is',
        'record a baseline, or give --production',
      )
    } else judge('the decompressed dump', plain, Math.ceil(databaseBytes * minRatioToDatabase))
  }
  for (const [table, least] of Object.entries(tables)) {
    const found = restored
      .flatMap(({ summary }) => summary.tables)
      .filter(({ schema, name }) => `${schema}.${name}` === table)
    judge(
      table,
      found.reduce((sum, { bytes }) => sum + bytes, 0),
      least,
    )
  }

  function judge(object: string, bytes: number, least: number): void {
    const words = { expected: `at least ${formatBytes(least)}`, actual: formatBytes(bytes) }
    const message = `${object} is ${words.actual}, ${words.expected} expected`
    if (bytes < least)
      book.differs('size', object, message, { ...words, remedy: 'find out what is missing from the backup' })
    else book.same('size', object, message, words)
  }
}

/** Artefacts that are not restored are held against what is: an empty one, or one that holds less. */
export function judgeOtherDumps({ restored, others }: DumpChoice, book: FindingBook): void {
  const rows = new Map<string, number>(
    restored.flatMap(({ summary }) =>
      summary.tables.map((table): [string, number] => [`${table.schema}.${table.name}`, table.rows]),
    ),
  )
  for (const { file, summary } of others) {
    for (const table of summary.tables) {
      const name = `${table.schema}.${table.name}`
      const expected = rows.get(name)
      if (!table.hasData || expected === undefined || expected === table.rows) continue
      book.notice(
        'artefacts',
        `${file.name}: ${name}`,
        `${file.name} holds ${table.rows} rows of ${name}, the restored dump ${expected}`,
        'take all artefacts in one snapshot',
      )
    }
  }
}
