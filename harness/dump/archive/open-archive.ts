import { stat } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'
import { firstBytes, unreadable } from '../plain-source.ts'
import type { DumpLimits } from '../limits.ts'
import type { PlainSource, ReadOptions } from '../plain-source.ts'
import type { Compression, DumpFormat } from '../types.ts'
import { ArchiveDamage } from './archive-damage.ts'
import { ArchiveFile, ReadMeter } from './archive-file.ts'
import type { ArchiveStore } from './archive-store.ts'
import { ArchiveText } from './archive-text.ts'
import { CustomArchive } from './custom-archive.ts'
import type { ArchiveHead } from './read-head.ts'
import { readHead } from './read-head.ts'
import { FieldReader } from './field-reader.ts'

/** An archive as a source of the text that pg_restore would make of it. */
export interface ArchiveSource extends PlainSource {
  readonly format: DumpFormat
  readonly compression: Compression
  readonly fileBytes: number
}

/** Opens what pg_dump wrote in another format than plain. Null for everything else. */
export async function openArchive(
  path: string,
  limits: DumpLimits,
  options: ReadOptions,
): Promise<ArchiveSource | null> {
  if (await isFolder(path)) return null
  const magic = await firstBytes(path, 5)
  if (magic.toString('latin1') !== 'PGDMP') return null
  await using file = await ArchiveFile.open(path, new ReadMeter({}))
  const head = await headOf(file)
  return source('custom', head, file.size, limits, () => CustomArchive.open(path, new ReadMeter(options)))
}

function source(
  format: DumpFormat,
  head: ArchiveHead | null,
  fileBytes: number,
  limits: DumpLimits,
  open: () => Promise<ArchiveStore>,
): ArchiveSource {
  const compression = head?.compression ?? 'none'
  if (compression === 'lz4') throw lz4Archive()
  return { format, compression, fileBytes, open: () => new ArchiveText(open, fileBytes, limits) }
}

/** Null where it is damaged: that comes up again when the archive is read. */
async function headOf(file: ArchiveFile): Promise<ArchiveHead | null> {
  try {
    return await readHead(new FieldReader(file, 0))
  } catch (error) {
    if (error instanceof ArchiveDamage) return null
    throw error
  }
}

function lz4Archive(): Fault {
  return new Fault('E_DUMP_FORMAT_UNSUPPORTED', 'the dump is an archive compressed with lz4, which is not read', {
    hint: 'dump with --compress=gzip or zstd, or make a plain dump: pg_restore -f dump.sql <archive>',
  })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  return found.isDirectory()
}
