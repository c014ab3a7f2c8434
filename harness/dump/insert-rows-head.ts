/** What an INSERT's words before its rows say. */
export interface InsertHead {
  /** The bytes up to and with VALUES. */
  readonly bytes: Buffer
  /** The table, as written: `public."odd table"`. In the dump's encoding, one character a byte (latin1). */
  readonly table: string
  /** The columns, each as written; null where none are named. One character a byte. */
  readonly columns: readonly string[] | null
  readonly isOverriding: boolean
}

/** 1,600 columns with the longest names, quoted. */
const longestHead = 262_144

const name = String.raw`(?:"(?:[^"\x00]|"")+"|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*(?![A-Za-z0-9_$\x80-\xff]))`
const space = String.raw`[ \t\n\r\f]`
const pattern = new RegExp(
  String.raw`^INSERT${space}+INTO${space}+(${name}(?:\.${name})?)${space}*` +
    String.raw`(?:\(${space}*(${name}(?:${space}*,${space}*${name})*)${space}*\))?${space}*` +
    String.raw`(OVERRIDING${space}+SYSTEM${space}+VALUE${space}+)?VALUES`,
  'i',
)
const everyName = new RegExp(name, 'g')

/** Null for any INSERT that says more: an alias, a query, DEFAULT VALUES, OVERRIDING USER VALUE, an array's element. */
export function readInsertHead(text: Buffer): InsertHead | null {
  const match = pattern.exec(text.toString('latin1', 0, longestHead))
  if (match === null) return null
  const [head, table = '', columns, overriding] = match
  return {
    bytes: Buffer.from(head, 'latin1'),
    table,
    columns: columns === undefined ? null : (columns.match(everyName) ?? []),
    isOverriding: overriding !== undefined,
  }
}
