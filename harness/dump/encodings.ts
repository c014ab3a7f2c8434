/** Client encodings in which the second byte of a letter may be ASCII, a quote or a backslash among it. */
const unsafe = new Set([
  'BIG5',
  'GB18030',
  'GBK',
  'JOHAB',
  'SJIS',
  'SHIFTJIS2004',
  'UHC',
  'MSKANJI',
  'SHIFTJIS',
  'WIN932',
  'WIN936',
  'WIN949',
  'WIN950',
  'WINDOWS932',
  'WINDOWS936',
  'WINDOWS949',
  'WINDOWS950',
])

/** Whether quotes can be found byte by byte. Names are compared as Postgres does: letters and digits only. */
export function isSafeEncoding(name: string): boolean {
  return !unsafe.has(name.toUpperCase().replace(/[^A-Z0-9]/g, ''))
}
