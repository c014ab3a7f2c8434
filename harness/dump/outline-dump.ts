import { tmpdir } from 'node:os'
import { openArchive } from './archive/open-archive.ts'
import { DumpReader } from './reader/dump-reader.ts'
import { defaultLimits } from './limits.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { OutlineDraft } from './outline-draft.ts'
import type { DumpText, OutlinedDump } from './outline.ts'
import { openPlainFile } from './plain-source.ts'
import { readThrough } from './read-through.ts'
import { passingTexts } from './statement-texts.ts'
import { FileStamp } from './text/file-stamp.ts'
import { FileText } from './text/file-text.ts'
import { OpenedText } from './text/opened-text.ts'
import type { RandomText, TextPlaces } from './text/random-text.ts'
import { SpooledText } from './text/spooled-text.ts'

export interface OutlineDumpOptions extends OpenDumpOptions {
  /** Where the text of a compressed plain dump is written to be read at random. The system's folder by default. */
  readonly spoolFolder?: string | undefined
}

/** Reads a dump once, as `inspectDump` does, and keeps what it takes to read any part of it again. */
export async function outlineDump(path: string, options: OutlineDumpOptions = {}): Promise<OutlinedDump> {
  const limits = { ...defaultLimits, ...options.limits }
  const stamp = await FileStamp.of(path)
  const archive = await openArchive(path, limits, options)
  const file = archive ?? (await openPlainFile(path, limits, options))
  const reader = new DumpReader(file, limits, passingTexts())
  const places: TextPlaces = archive?.places ?? { runBytes: limits.runBytes, ...anywhere }
  const draft = new OutlineDraft(reader, limits, places)
  const summary = await readThrough(path, file, reader, draft)

  const randomText = async (signal: AbortSignal): Promise<RandomText> => {
    if (archive !== null) return archive.openRandom(signal)
    if (summary.compression === 'none') return FileText.open(path, signal)
    const again = await openPlainFile(path, limits, { signal })
    return SpooledText.open(options.spoolFolder ?? tmpdir(), again, summary.plainBytes, signal)
  }
  const openText = async ({ signal }: { readonly signal?: AbortSignal | undefined }): Promise<DumpText> => {
    const abort = new AbortController()
    const either = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal])
    await stamp.requireUnchanged()
    const reading = { limits, isUniform: summary.writer !== 'unknown' }
    await using opening = new AsyncDisposableStack()
    const text = opening.use(new OpenedText(await randomText(either), stamp, reading, abort))
    // Nor was it replaced while it was opened.
    await text.requireUnchanged()
    opening.move()
    return text
  }
  return { summary, outline: draft.finish(), openText }
}

const anywhere = { endOf: () => Number.POSITIVE_INFINITY, claim: () => true }
