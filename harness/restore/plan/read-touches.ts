import { isSymbol, isWord, nameAt, tokensOf, type StatementEntry, type Token } from '../../dump/index.ts'
import { relationKey, type RelationUse, type Touch } from './uses.ts'

/** What a statement waits for and keeps others from. */
export interface StatementUse {
  readonly touches: readonly Touch[]
  /** It calls functions of the dump's own, which may read any table: it comes after all rows, as in the dump. */
  readonly afterAllRows: boolean
  /** An index or constraint that it makes, and the relation it belongs to, for what speaks of it later. */
  readonly makes: { readonly name: string; readonly on: string } | null
}

/** Further than this no statement that may be reordered names a relation. */
const readBytes = 65_536

/**
 * What a statement after the rows does with which relations; null for what can only be run where it stands. Kept
 * narrow: what is not known here runs in the dump's order, with nothing beside it.
 */
export function readTouches(
  { verb, text }: StatementEntry,
  ownerOfIndex: ReadonlyMap<string, string>,
): StatementUse | null {
  const read = readers[verb]
  if (read === undefined || text.length > readBytes) return null
  return read(tokensOf(text.toString()).toArray(), ownerOfIndex)
}

type Reader = (tokens: readonly Token[], ownerOfIndex: ReadonlyMap<string, string>) => StatementUse | null

const readers: Readonly<Record<string, Reader>> = {
  'CREATE INDEX': readIndex,
  'ALTER TABLE ADD CONSTRAINT': readConstraint,
  'CREATE TRIGGER': (tokens) => onTable(tokens, afterWord(tokens, 'ON'), 'definition'),
  'CREATE POLICY': (tokens) => onTable(tokens, afterWord(tokens, 'ON'), 'definition'),
  'ALTER TABLE ENABLE ROW LEVEL SECURITY': (tokens) => onTable(tokens, afterTable(tokens), 'definition'),
  'ALTER TABLE FORCE ROW LEVEL SECURITY': (tokens) => onTable(tokens, afterTable(tokens), 'definition'),
  'ALTER TABLE ENABLE TRIGGER': (tokens) => onTable(tokens, afterTable(tokens), 'definition'),
  'ALTER TABLE DISABLE TRIGGER': (tokens) => onTable(tokens, afterTable(tokens), 'definition'),
  'ALTER TABLE CLUSTER ON': (tokens) => onTable(tokens, afterTable(tokens), 'ordered'),
  'ALTER TABLE REPLICA IDENTITY': (tokens) => onTable(tokens, afterTable(tokens), 'ordered'),
  'COMMENT ON CONSTRAINT': readCommentOnPart,
  'COMMENT ON TRIGGER': readCommentOnPart,
  'COMMENT ON POLICY': readCommentOnPart,
  'COMMENT ON INDEX': (tokens, owners) => ofIndexes(owners, [keyAt(tokens, afterWord(tokens, 'INDEX'))]),
  'ALTER INDEX ATTACH PARTITION': (tokens, owners) =>
    ofIndexes(owners, [keyAt(tokens, afterWord(tokens, 'INDEX')), keyAt(tokens, afterWord(tokens, 'PARTITION'))]),
  'SELECT setval': (tokens) => {
    const name = tokens.find(({ kind }) => kind === 'text')?.text
    return name === undefined ? null : { touches: [{ key: `sequence ${name}`, use: 'ordered' }], ...nothingElse }
  },
}

const nothingElse = { afterAllRows: false, makes: null } as const

function readIndex(tokens: readonly Token[]): StatementUse | null {
  if (tokens.some((token) => isWord(token, 'CONCURRENTLY'))) return null
  const on = tokens.findIndex((token) => isWord(token, 'ON'))
  const table = tableAt(tokens, on + 1)
  const index = nameAt(tokens, skipWords(tokens, afterWord(tokens, 'INDEX'), ['IF', 'NOT', 'EXISTS']))
  if (on < 0 || table === null || index === null) return null
  return {
    touches: [{ key: table.key, use: 'index' }],
    afterAllRows: callsOwnFunction(tokens.slice(table.end)),
    makes: { name: relationKey(table.schema, index.parts.at(-1) ?? ''), on: table.key },
  }
}

function readConstraint(tokens: readonly Token[]): StatementUse | null {
  const table = tableAt(tokens, afterTable(tokens))
  const at = tokens.findIndex((token) => isWord(token, 'CONSTRAINT'))
  const name = nameAt(tokens, at + 1)
  if (table === null || at < 0 || name === null) return null
  const kind = tokens[name.end]
  const makes = { name: relationKey(table.schema, name.parts.at(-1) ?? ''), on: table.key }
  // Its index is there already and belongs to what is around it.
  if (tokens.some((token, index) => isWord(token, 'USING') && isWord(tokens[index + 1], 'INDEX'))) {
    return { touches: [{ key: table.key, use: 'ordered' }], afterAllRows: false, makes }
  }
  if (isWord(kind, 'FOREIGN')) {
    const parent = tableAt(tokens, afterWord(tokens, 'REFERENCES'))
    if (parent === null) return null
    const touches: Touch[] = [{ key: parent.key, use: 'fk parent' }]
    if (parent.key !== table.key) touches.push({ key: table.key, use: 'fk child' })
    return { touches, ...nothingElse }
  }
  const isBuilt = ['PRIMARY', 'UNIQUE', 'EXCLUDE', 'CHECK'].some((word) => isWord(kind, word))
  if (!isBuilt) return null
  const afterAllRows = callsOwnFunction(tokens.slice(name.end))
  return { touches: [{ key: table.key, use: 'constraint' }], afterAllRows, makes }
}

function readCommentOnPart(tokens: readonly Token[]): StatementUse | null {
  const on = tokens.findIndex((token, at) => at > 2 && isWord(token, 'ON'))
  return on < 0 || isWord(tokens[on + 1], 'DOMAIN') ? null : onTable(tokens, on + 1, 'ordered')
}

function ofIndexes(owners: ReadonlyMap<string, string>, names: readonly (string | null)[]): StatementUse | null {
  const tables = names.map((name) => (name === null ? undefined : owners.get(name)))
  if (tables.includes(undefined)) return null
  const keys = new Set(tables.flatMap((key) => key ?? []))
  return { touches: [...keys].map((key) => ({ key, use: 'ordered' })), ...nothingElse }
}

function onTable(tokens: readonly Token[], at: number, use: RelationUse): StatementUse | null {
  const table = tableAt(tokens, at)
  return table === null ? null : { touches: [{ key: table.key, use }], ...nothingElse }
}

/** The name of a table, with its schema: without one, which table it is depends on the session. */
function tableAt(
  tokens: readonly Token[],
  at: number,
): { readonly key: string; readonly schema: string; readonly end: number } | null {
  const found = at <= 0 ? null : nameAt(tokens, skipWords(tokens, at, ['IF', 'EXISTS', 'ONLY']))
  if (found === null || found.parts.length !== 2) return null
  const [schema = '', name = ''] = found.parts
  return { key: relationKey(schema, name), schema, end: found.end }
}

function keyAt(tokens: readonly Token[], at: number): string | null {
  return tableAt(tokens, at)?.key ?? null
}

function afterTable(tokens: readonly Token[]): number {
  return afterWord(tokens, 'TABLE')
}

/** 0 where there is no such word. */
function afterWord(tokens: readonly Token[], word: string): number {
  return tokens.findIndex((token) => isWord(token, word)) + 1
}

function skipWords(tokens: readonly Token[], at: number, words: readonly string[]): number {
  let next = at
  while (words.some((word) => isWord(tokens[next], word))) next += 1
  return next
}

/** `public.f(…)`: pg_dump writes a schema before every function that is not the system's. */
function callsOwnFunction(tokens: readonly Token[]): boolean {
  return tokens.some((_, at) => {
    const name = nameAt(tokens, at)
    return name !== null && name.parts.length > 1 && name.parts[0] !== 'pg_catalog' && isSymbol(tokens[name.end], '(')
  })
}
