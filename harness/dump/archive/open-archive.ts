import { stat } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'
import { headBytes, isPhysical } from '../head.ts'
import type { DumpLimits } from '../limits.ts'
import { unreadable, type PlainSource, type ReadOptions } from '../plain-source.ts'
import type { Compression, DumpFormat } from '../types.ts'
import type { RandomText } from '../text/random-text.ts'
import { ArchiveDamage } from './archive-damage.ts'
import { ArchiveFile, ReadMeter } from './archive-file.ts'
import type { ArchiveStore } from './archive-store.ts'
import { ArchiveText } from './archive-text.ts'
import { CustomArchive, type BlockPlaces } from './custom-archive.ts'
import { DataPlaces } from './data-places.ts'
import { DirectoryParts, folderBytes } from './directory-parts.ts'
import { FieldReader } from './field-reader.ts'
import { FoldedArchive } from './folded-archive.ts'
import { RandomArchiveText } from './random-archive-text.ts'
import { readHead, type ArchiveHead } from './read-head.ts'
import { isForeign, isTarHeader, readTarHeader, tarBlock } from './tar-header.ts'
import { TarParts } from './tar-parts.ts'

/** An archive as a source of the text that pg_restore would make of it. */
export interface ArchiveSource extends PlainSource {
  readonly format: DumpFormat
  readonly compression: Compression
  readonly fileBytes: number
  /** Where the first reading found each entry's data. */
  readonly places: DataPlaces
  /** Opens the archive anew, to read what a reading found. */
  openRandom(signal: AbortSignal): Promise<RandomText>
}

/** How an archive is opened anew for each reading. */
interface Layout {
  readonly format: DumpFormat
  readonly fileBytes: number
  readonly head: ArchiveHead | null
  open(meter: ReadMeter): Promise<ArchiveStore>
}

/**
 * Opens what pg_dump wrote in another format than plain. Null for everything else. What is damaged opens all the same:
 * reading it says so.
 */
export async function openArchive(
  path: string,
  limits: DumpLimits,
  options: ReadOptions,
): Promise<ArchiveSource | null> {
  const layout = (await isFolder(path)) ? await directory(path) : await file(path)
  if (layout === null) return null
  const { format, fileBytes, head } = layout
  const places = new DataPlaces()
  let isRead = false
  return {
    format,
    compression: format === 'tar' ? 'none' : (head?.compression ?? 'none'),
    fileBytes,
    places,
    open: () => {
      // A reader that peeks ahead finds the same again.
      const found = isRead ? new DataPlaces() : places
      isRead = true
      return new ArchiveText(() => layout.open(new ReadMeter(options)), fileBytes, limits, found)
    },
    openRandom: async (signal) => new RandomArchiveText(await layout.open(new ReadMeter({ signal })), places, signal),
  }
}

async function directory(path: string): Promise<Layout | null> {
  const parts = (meter = new ReadMeter({})) => new DirectoryParts(path, meter)
  if (!(await isThere(`${path}/toc.dat`))) return null
  await using probe = parts()
  return {
    format: 'directory',
    fileBytes: await folderBytes(path),
    head: await undamaged(async () => readHead(await probe.toc())),
    open: async (meter) => FoldedArchive.open(parts(meter)),
  }
}

async function file(path: string): Promise<Layout | null> {
  await using probe = await ArchiveFile.open(path, new ReadMeter({}))
  const block = await probe.read(0, tarBlock)
  if (block.toString('latin1', 0, 5) === 'PGDMP') {
    const blocks: BlockPlaces = new Map()
    return {
      format: 'custom',
      fileBytes: probe.size,
      head: await undamaged(async () => readHead(new FieldReader(probe, 0))),
      open: async (meter) => CustomArchive.open(path, meter, blocks),
    }
  }
  if (!isTarHeader(block)) return null
  const first = await undamaged(async () => readTarHeader(block, 0))
  if (first !== null && isForeign(first.name)) {
    // As plain text it is told what it is.
    if (isPhysical(await probe.read(0, Math.min(probe.size, headBytes)))) return null
    throw foreignTar()
  }
  return {
    format: 'tar',
    fileBytes: probe.size,
    head: await undamaged(async () => readHead(new FieldReader(probe, tarBlock))),
    open: async (meter) => FoldedArchive.open(await TarParts.open(path, meter)),
  }
}

/** Null where it is damaged: that comes up again when the archive is read. */
async function undamaged<Found>(read: () => Promise<Found>): Promise<Found | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ArchiveDamage) return null
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  return found.isDirectory()
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function foreignTar(): Fault {
  return new Fault('E_DUMP_FORMAT_UNSUPPORTED', 'the file is a tar archive, and not one that pg_dump wrote', {
    hint: 'unpack it and give the dump inside it',
  })
}
