import { damaged } from './archive-damage.ts'
import type { FieldReader } from './field-reader.ts'
import type { ArchiveHead } from './read-head.ts'
import { nameOf, sections, type DataPlace, type TocEntry } from './toc-entry.ts'

/** No entry is shorter: 18 numbers, lengths of texts among them. */
const leastEntryBytes = 90

/** The table of contents, as WriteToc of pg_backup_archiver.c writes it. */
export async function readToc(fields: FieldReader, head: ArchiveHead): Promise<readonly TocEntry[]> {
  fields.subject = 'its table of contents'
  const count = await fields.int()
  if (count < 0 || count > 2 ** 24) throw damaged(`its table of contents claims ${count} entries`)
  const entries: TocEntry[] = []
  const known = new Set<number>()
  for (let index = 0; index < count; index += 1) {
    fields.subject = `entry ${index + 1} of ${count} of its table of contents`
    await fields.need(Math.min(leastEntryBytes, 40))
    const entry = await readEntry(fields, head)
    check(entry, fields.subject)
    if (known.has(entry.dumpId)) throw damaged(`two entries are numbered ${entry.dumpId}, one of them ${nameOf(entry)}`)
    known.add(entry.dumpId)
    entries.push(entry)
  }
  return entries
}

async function readEntry(fields: FieldReader, head: ArchiveHead): Promise<TocEntry> {
  const dumpId = await fields.int()
  const dumper = await fields.int()
  if (dumpId <= 0 || dumper < 0 || dumper > 1) throw damaged(`${fields.subject} has no number`)
  // The catalogue row: its table's oid and its own.
  await number(fields)
  await number(fields)
  const tag = (await fields.string()) ?? ''
  const type = (await fields.string()) ?? ''
  const section = sections[(await fields.int()) - 1]
  if (section === undefined) throw damaged(`${fields.subject} is of no section`)
  const definition = (await fields.string()) ?? ''
  const dropStatement = (await fields.string()) ?? ''
  const copyStatement = (await fields.string()) ?? ''
  const schema = await fields.string()
  const tablespace = await fields.string()
  const tableAccessMethod = await fields.string()
  const relationKind = head.minor >= 16 ? kind(await fields.int()) : ''
  const owner = (await fields.string()) ?? ''
  // Tables WITH OIDS ended with PostgreSQL 12.
  if ((await fields.string()) !== 'false') throw damaged(`${fields.subject} is not as pg_dump writes it`)
  const dependencies: number[] = []
  for (let text = await fields.string(); text !== null; text = await fields.string()) {
    if (!/^\d{1,10}$/.test(text)) throw damaged(`${fields.subject} depends on what is no entry`)
    dependencies.push(Number(text))
  }
  const place = head.layout === 'custom' ? await readPlace(fields, head.offsetBytes) : ({ kind: 'none' } as const)
  const fileName = head.layout === 'custom' ? null : (await fields.string()) || null
  return {
    dumpId,
    hasData: dumper === 1,
    tag,
    type,
    section,
    definition,
    dropStatement,
    copyStatement,
    schema,
    tablespace,
    tableAccessMethod,
    relationKind,
    owner,
    dependencies,
    place,
    fileName,
  }
}

/** A number that is written as a text. */
async function number(fields: FieldReader): Promise<void> {
  const text = await fields.string()
  if (text === null || !/^\d{1,10}$/.test(text)) throw damaged(`${fields.subject} is not as pg_dump writes it`)
}

function kind(code: number): string {
  return code > 0 && code < 128 ? String.fromCharCode(code) : ''
}

async function readPlace(fields: FieldReader, offsetBytes: number): Promise<DataPlace> {
  const state = await fields.byte()
  const bytes = await fields.bytes(offsetBytes)
  const offset = offsetBytes === 8 ? Number(bytes.readBigUInt64LE(0)) : bytes.readUInt32LE(0)
  if (state === 1) return { kind: 'unset' }
  if (state === 2) return { kind: 'at', offset }
  if (state === 3) return { kind: 'none' }
  throw damaged(`${fields.subject} does not say where its data is`)
}

function check(entry: TocEntry, subject: string): void {
  const name = `${subject} (${nameOf(entry)})`
  if (!/^[A-Z<][A-Za-z <>]*$/.test(entry.type)) throw damaged(`${subject} is of no type`)
  if (entry.dependencies.includes(entry.dumpId)) throw damaged(`${name} depends on itself`)
  const hasPlace = entry.fileName !== null || entry.place.kind !== 'none'
  if (hasPlace !== entry.hasData) throw damaged(`${name} contradicts itself about whether it has data`)
  const isRows = /^COPY [^;]* FROM stdin;\n$/s.test(entry.copyStatement.replaceAll(/"(?:[^"]|"")*"/g, '"'))
  if (entry.copyStatement !== '' && !isRows) throw damaged(`${name} has rows and no COPY that takes them`)
}
