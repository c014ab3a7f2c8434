/** A psql command as pg_dump and pg_dumpall write them; everything else would run something, or hide it. */
export type MetaCommand =
  | { readonly kind: 'restrict' }
  | { readonly kind: 'encoding' }
  | { readonly kind: 'connect'; readonly database: string }
  | { readonly kind: 'hostile'; readonly command: string }

/** `line`: from the backslash to the end of the line. */
export function readMetaCommand(line: string): MetaCommand {
  const text = line.trimEnd()
  if (/^\\(?:un)?restrict [A-Za-z0-9]+$/.test(text)) return { kind: 'restrict' }
  // Written before a \connect whose name needs quoting.
  if (text === '\\encoding SQL_ASCII') return { kind: 'encoding' }
  const database = readConnect(text)
  if (database !== null) return { kind: 'connect', database }
  return { kind: 'hostile', command: /^\\(?:[A-Za-z_]+|.)?/.exec(text)?.[0] ?? '\\' }
}

function readConnect(text: string): string | null {
  const plain = /^\\connect (?:([A-Za-z0-9_.]+)|"([A-Za-z0-9_.]+)")$/.exec(text)
  if (plain) return plain[1] ?? plain[2] ?? null
  const quoted = /^\\connect -reuse-previous=on "((?:[^"]|"")*)"$/.exec(text)
  if (!quoted) return null
  const connection = (quoted[1] ?? '').replaceAll('""', '"')
  const bare = /^dbname=([A-Za-z0-9_.]+)$/.exec(connection)
  if (bare) return bare[1] ?? null
  const value = /^dbname='((?:[^'\\]|\\['\\])*)'$/.exec(connection)
  return value ? (value[1] ?? '').replace(/\\(['\\])/g, '$1') : null
}
