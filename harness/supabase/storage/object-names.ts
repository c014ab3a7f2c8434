import { createHash } from 'node:crypto'

/** Bytes of a file name that every file system takes; ext4, XFS, APFS and NTFS stop at 255. */
const longestSegment = 200

/**
 * The path under which the API is asked for an object. The client leaves names as they are, so `#`, `?` and `%` would end
 * or change them. The slash before an empty segment or a dot segment is written `%2F`: else the URL would be tidied up
 * and name another object.
 */
export function urlPathOf(name: string): string {
  let path = ''
  for (const [index, segment] of name.split('/').entries()) {
    const joint = index === 0 ? '' : isTidiedUp(segment) || isTidiedUp(lastOf(name, index)) ? '%2F' : '/'
    path += joint + encodeURIComponent(segment)
  }
  return path
}

const isTidiedUp = (segment: string): boolean => segment === '' || segment === '.' || segment === '..'

function lastOf(name: string, index: number): string {
  return name.split('/')[index - 1] ?? ''
}

/** Whether the API can be asked for it at all: a URL holds no half of a surrogate pair, and tidies a first dot away. */
export function canBeAsked(name: string): boolean {
  return name.isWellFormed() && name !== '' && name !== '.' && name !== '..'
}

/**
 * Where an object's bytes lie, under the folder of its bucket. Readable where it can be; never outside of the folder, and
 * never the same for two names. `%` begins what stands for another character.
 */
export function fileOfName(name: string): string {
  return name.split('/').map(fileSegment).join('/')
}

/** The same without folders, for an object whose name is another's folder (`a` beside `a/b`). */
export function flatFileOfName(name: string): string {
  return fileSegment(name)
}

export function nameOfFile(path: string): string | null {
  const segments = path.split('/').map(nameOfSegment)
  return segments.includes(null) ? null : segments.join('/')
}

function fileSegment(segment: string): string {
  if (segment === '') return '%'
  const written = segment
    // What no file system or what only Linux takes, so that a copy elsewhere is still whole.
    .replace(/[\u0000-\u001f\u007f%\\/:*?"<>|]/g, asHex)
    .replace(/^\.{1,2}$/, (dots) => '%2E'.repeat(dots.length))
    .replace(/[. ]$/, asHex)
  if (Buffer.byteLength(written) <= longestSegment) return written
  return `${firstBytes(written)}%-${createHash('sha256').update(segment).digest('hex')}`
}

const asHex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** As many whole characters as fit in 100 bytes, and no half of an escape. */
function firstBytes(text: string): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(character) > 100) break
    kept += character
  }
  return kept.replace(/%.?$/, '')
}

/** Null for a shortened one: the manifest knows its name. */
function nameOfSegment(segment: string): string | null {
  if (segment === '%') return ''
  if (/%-[0-9a-f]{64}$/.test(segment)) return null
  return segment.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
