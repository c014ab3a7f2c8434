import { Fault } from '../core/index.ts'
import type { ProblemText } from './problem.ts'
import { otherFirstWords, statementShapes } from './statement-shapes.ts'
import { tokensOf } from './tokens.ts'

/** How many bytes of a dump's beginning are looked at before it is read. */
export const headBytes = 65_536

/** What a dump's (decompressed) beginning says. `skip`: bytes of a byte order mark. */
export type HeadVerdict =
  | { readonly kind: 'sql'; readonly skip: number; readonly warning: ProblemText | null }
  | { readonly kind: 'no sql'; readonly problem: ProblemText }

type Magic = readonly [name: string, offset: number, bytes: string]
const ascii = (text: string): string => Buffer.from(text).toString('hex')

/** What may well be a dump, packed or encrypted in a way that is not read: nothing is known of it until it is opened. */
const closed: readonly Magic[] = [
  ['a custom-format archive (pg_dump -Fc) compressed as a whole', 0, ascii('PGDMP')],
  ['a tar archive (pg_dump -Ft) compressed as a whole', 257, ascii('ustar')],
  ['an lz4 file', 0, '04224d18'],
  ['an lz4 file', 0, '02214c18'],
  ['a gzip file compressed once more', 0, '1f8b'],
  ['a zstd file compressed once more', 0, '28b52ffd'],
  ['a bzip2 file', 0, '425a68'],
  ['an xz file', 0, 'fd377a585a00'],
  ['a zip file', 0, '504b0304'],
  ['a 7z file', 0, '377abcaf271c'],
  ['encrypted (age)', 0, ascii('age-encryption.org')],
  ['encrypted (age)', 0, ascii('-----BEGIN AGE')],
  ['encrypted (PGP)', 0, ascii('-----BEGIN PGP')],
  ['encrypted (openssl)', 0, ascii('Salted__')],
]

const firstWords = new Set([...statementShapes.map(([, shape]) => shape.split(' ', 1)[0] ?? ''), ...otherFirstWords])

/** Judges the beginning of a dump. Throws `E_DUMP_FORMAT_UNSUPPORTED` for a dump of another format. */
export function judgeHead(head: Buffer): HeadVerdict {
  if (isPhysical(head)) return { kind: 'no sql', problem: physical }
  const seal = named(closed, head)
  if (seal !== null) throw unsupportedFormat(seal)
  if (head.length === 0) return { kind: 'no sql', problem: emptyDump('it holds 0 bytes') }
  if (isUtf16(head)) return { kind: 'no sql', problem: utf16 }
  const skip = head.length >= 3 && head.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0
  const text = head.toString('utf8', skip)
  const first = tokensOf(text).next().value
  const isCommand = first?.kind === 'word' && firstWords.has(first.text.toUpperCase())
  const isPassed = first === undefined || (first.kind === 'symbol' && /^[\\;]$/.test(first.text))
  // The name of an object may hold a control character: one alone makes no binary file.
  if (!isCommand && !head.subarray(skip).toString('latin1').startsWith('--')) {
    const isBinary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(head.toString('latin1', 0, 512))
    if (isBinary) return { kind: 'no sql', problem: notADump('it is a binary file') }
  }
  if (!isCommand && !isPassed) {
    const mistaken = mistakes.find(([mark]) => mark.test(text))
    return { kind: 'no sql', problem: mistaken?.[1] ?? notADump('its first word begins no SQL command') }
  }
  return { kind: 'sql', skip, warning: skip > 0 ? byteOrderMark : null }
}

/** What is in the place of a dump by a slip of who called the tool, by its first lines. */
const mistakes: readonly (readonly [RegExp, ProblemText])[] = [
  [
    /^\s*(?:#!\/|DRY RUN:|export PG)/,
    {
      code: 'E_DUMP_UNKNOWN_FORMAT',
      message: 'this is no dump: it is a script of a shell, such as supabase db dump prints with --dry-run',
      hint: 'leave --dry-run out; such a script holds the password of the database in clear: delete it, and change the password',
    },
  ],
  [
    /^\s*(?:Dumping |Initiali[sz]ing login role|Connecting to |Target: |pg_dump(?:all)?: )/,
    {
      code: 'E_DUMP_UNKNOWN_FORMAT',
      message: 'this is no dump: it begins with what the tool says while it works, or why it stopped',
      hint: 'leave 2>&1 out, which mixes that into the file: use -f, and look at the exit code',
    },
  ],
]

const tarBlock = 512
/** What lies at the top of a data directory, and of pg_basebackup's `base.tar`. */
const ofDataDirectory =
  /^(?:\.\/)?(?:PG_VERSION|backup_label|tablespace_map|postgresql\.auto\.conf|global\/pg_control)$/

/** A tar of a server's own files, by the names near its beginning. */
export function isPhysical(head: Buffer): boolean {
  const isMember = (at: number): boolean => head.toString('latin1', at + 257, at + 262) === 'ustar'
  if (!isMember(0)) return false
  for (let at = 0; at + tarBlock <= head.length; at += tarBlock) {
    const name = head.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    if (isMember(at) && ofDataDirectory.test(name)) return true
  }
  return false
}

function unsupportedFormat(what: string): Fault {
  return new Fault('E_DUMP_FORMAT_UNSUPPORTED', `the dump is ${what}, which is not read`, {
    hint: what.startsWith('encrypted')
      ? 'decrypt it first, then rehearse what comes out'
      : 'unpack it first (lz4 -d, bzip2 -d, xz -d, unzip); plain SQL, gzip, zstd and archives of pg_dump are read as they are',
  })
}

export function emptyDump(why: string): ProblemText {
  return {
    code: 'E_DUMP_EMPTY',
    message: `the dump is empty: ${why}`,
    hint: 'the dump command failed and its output was kept all the same: look at its exit code and its stderr',
  }
}

export function notADump(why: string): ProblemText {
  return {
    code: 'E_DUMP_UNKNOWN_FORMAT',
    message: `this is no dump: ${why}`,
    hint: 'give a file written by pg_dump, pg_dumpall or supabase db dump, decrypted, plain or in gzip or zstd',
  }
}

const physical: ProblemText = {
  code: 'E_DUMP_UNKNOWN_FORMAT',
  message: 'this is no dump: it holds a server’s own files, a physical backup',
  hint: 'only a server of the same major can start from it, and nothing here can look inside: take a dump with pg_dump beside it',
}

const utf16: ProblemText = {
  code: 'E_DUMP_ENCODING',
  message: 'the dump was rewritten as UTF-16',
  hint: 'PowerShell\'s ">" re-encodes what it redirects: use pg_dump -f (supabase db dump -f) instead',
}

/**
 * psql skips the mark and so does this reader. It is a finding all the same: pg_dump writes none, so something has
 * re-encoded the text, and what that did to the rest cannot be seen from here.
 */
const byteOrderMark: ProblemText = {
  code: 'E_DUMP_ENCODING',
  message: 'the dump begins with a byte order mark: an editor or a shell has re-encoded it',
  hint: 'use pg_dump -f (supabase db dump -f) instead of redirecting through PowerShell or saving from an editor',
}

function named(table: readonly Magic[], head: Buffer): string | null {
  for (const [name, offset, hex] of table) {
    if (head.subarray(offset, offset + hex.length / 2).equals(Buffer.from(hex, 'hex'))) return name
  }
  return null
}

function isUtf16(head: Buffer): boolean {
  if (head.length < 2) return false
  const mark = head.readUInt16BE(0)
  if (mark === 0xfffe || mark === 0xfeff) return true
  const pairs = Math.min(32, Math.floor(head.length / 2))
  const zeros = [0, 0]
  for (let index = 0; index < pairs * 2; index += 1)
    if (head[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  return pairs >= 2 && ((zeros[0] === pairs && zeros[1] === 0) || (zeros[1] === pairs && zeros[0] === 0))
}
