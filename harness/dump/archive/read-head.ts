import { Fault } from '../../core/index.ts'
import type { Compression } from '../types.ts'
import { damaged } from './archive-damage.ts'
import type { FieldReader } from './field-reader.ts'

/** The header of an archive, as WriteHead of pg_backup_archiver.c writes it. */
export interface ArchiveHead {
  /** The 14 of archive version 1.14. */
  readonly minor: number
  readonly offsetBytes: number
  /** `folded`: a table of contents whose data lies in files beside it (directory and tar). */
  readonly layout: 'custom' | 'folded'
  readonly compression: Compression
  readonly serverVersion: string | null
  readonly toolVersion: string | null
}

/** 1.14 came with PostgreSQL 12, 1.15 with 16, 1.16 with 17. */
const oldestMinor = 14
const newestMinor = 16

const algorithms: readonly Compression[] = ['none', 'gzip', 'lz4', 'zstd']

/** Throws `E_DUMP_FORMAT_UNSUPPORTED` for a version that is not read. */
export async function readHead(fields: FieldReader): Promise<ArchiveHead> {
  fields.subject = 'its header'
  const magic = (await fields.bytes(5)).toString('latin1')
  if (magic !== 'PGDMP') throw damaged('it does not begin as an archive')
  const version = await fields.bytes(3)
  const [major = 0, minor = 0, revision = 0] = version
  if (major !== 1 || minor < oldestMinor || minor > newestMinor) throw unsupportedVersion(`${major}.${minor}`)
  const intBytes = await fields.byte()
  const offsetBytes = await fields.byte()
  if (revision !== 0 || intBytes !== 4 || (offsetBytes !== 8 && offsetBytes !== 4)) {
    throw damaged('its header holds sizes that no pg_dump has')
  }
  const format = await fields.byte()
  if (format !== 1 && format !== 3) throw damaged(`its header names the unknown format ${format}`)
  const compression = minor >= 15 ? algorithms[await fields.byte()] : await guessed(fields)
  if (compression === undefined) throw damaged('its header names an unknown compression')
  // When it was written, in seven parts of local time.
  for (let part = 0; part < 7; part += 1) await fields.int()
  // The database's name.
  await fields.string()
  const serverVersion = await fields.string()
  const toolVersion = await fields.string()
  return { minor, offsetBytes, layout: format === 1 ? 'custom' : 'folded', compression, serverVersion, toolVersion }
}

/** Before 1.15 only zlib's level was written, -1 being its default. */
async function guessed(fields: FieldReader): Promise<Compression | undefined> {
  const level = await fields.int()
  if (level < -1 || level > 9) return undefined
  return level === 0 ? 'none' : 'gzip'
}

function unsupportedVersion(version: string): Fault {
  return new Fault(
    'E_DUMP_FORMAT_UNSUPPORTED',
    `the dump is an archive of version ${version}, and 1.14 to 1.16 are read`,
    {
      hint: 'make a plain dump with a pg_restore that reads it: pg_restore -f dump.sql <archive>',
      facts: { version },
    },
  )
}
