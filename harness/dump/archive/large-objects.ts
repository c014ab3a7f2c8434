import { damaged } from './archive-damage.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'

/** Since PostgreSQL 17 one entry stands for up to a thousand large objects, its definition being their oids (IssueCommandPerBlob). */
export function commandsPerObject(entry: TocEntry, before: string, after: string): string {
  const oids = entry.definition.split('\n').slice(0, -1)
  if (!entry.definition.endsWith('\n') || !oids.every((oid) => /^\d{1,10}$/.test(oid))) {
    throw damaged(`${nameOf(entry)} does not list large objects`)
  }
  return `${oids.map((oid) => `${before}${oid}${after};\n`).join('')}\n`
}

/** Privileges on the first large object of a group, for all of them (IssueACLPerBlob). */
export function privilegesPerObject(entry: TocEntry, objects: TocEntry): string {
  const commands = entry.definition.matchAll(/((?:[^";]|"[^"]*")*?LARGE OBJECT )\d+((?:[^";]|"[^"]*")*);\s*/gy)
  let text = ''
  let read = 0
  for (const [whole, before = '', after = ''] of commands) {
    text += commandsPerObject(objects, before, after)
    read += whole.length
  }
  if (read !== entry.definition.length) throw damaged(`${nameOf(entry)} holds other commands than privileges`)
  return text
}

/** How much pg_restore writes at once (LOBBUFSIZE). */
const pieceBytes = 16_384
/** INV_WRITE of libpq-fs.h. */
const forWriting = 0x20000

/** The contents of one large object as pg_restore writes them. */
export async function* contentsOf(oid: number, data: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(`SELECT pg_catalog.lo_open('${oid}', ${forWriting});\n`)
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of data) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let at = 0
    for (; held.length - at > pieceBytes; at += pieceBytes) yield write(held.subarray(at, at + pieceBytes))
    held = held.subarray(at)
  }
  if (held.length > 0) yield write(held)
  yield Buffer.from('SELECT pg_catalog.lo_close(0);\n\n')
}

function write(piece: Buffer): Buffer {
  return Buffer.from(`SELECT pg_catalog.lowrite(0, '\\x${piece.toString('hex')}');\n`)
}
