/** What a byte may begin at the top level of SQL, after the character classes of Postgres' scan.l. */
export const byteClass = {
  other: 0,
  space: 1,
  carriageReturn: 2,
  letter: 3,
  digit: 4,
  quote: 5,
  doubleQuote: 6,
  dollar: 7,
  open: 8,
  close: 9,
  semicolon: 10,
  backslash: 11,
  dash: 12,
  slash: 13,
  colon: 14,
} as const

/** `byteClasses[byte]`. Bytes of multi-byte characters count as letters, as in scan.l. */
export const byteClasses: Uint8Array = classify()

/** 1 where a byte may continue an identifier. */
export const continuesWord: Uint8Array = Uint8Array.from(byteClasses, (found, byte) =>
  found === byteClass.letter || found === byteClass.digit || byte === 0x24 ? 1 : 0,
)

function classify(): Uint8Array {
  const classes = new Uint8Array(256)
  const put = (characters: string, found: number) => {
    for (const character of characters) classes[character.charCodeAt(0)] = found
  }
  put(' \t\n\f\v', byteClass.space)
  put('\r', byteClass.carriageReturn)
  put('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', byteClass.letter)
  put('0123456789', byteClass.digit)
  put("'", byteClass.quote)
  put('"', byteClass.doubleQuote)
  put('$', byteClass.dollar)
  put('(', byteClass.open)
  put(')', byteClass.close)
  put(';', byteClass.semicolon)
  put('\\', byteClass.backslash)
  put('-', byteClass.dash)
  put('/', byteClass.slash)
  put(':', byteClass.colon)
  classes.fill(byteClass.letter, 0x80)
  return classes
}

export const byte = {
  newline: 0x0a,
  carriageReturn: 0x0d,
  doubleQuote: 0x22,
  dollar: 0x24,
  ampersand: 0x26,
  quote: 0x27,
  asterisk: 0x2a,
  dash: 0x2d,
  dot: 0x2e,
  slash: 0x2f,
  colon: 0x3a,
  equals: 0x3d,
  backslash: 0x5c,
} as const
