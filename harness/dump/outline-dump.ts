import { openArchive } from './archive/open-archive.ts'
import { DumpReader } from './dump-reader.ts'
import { defaultLimits, type DumpLimits } from './limits.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { OutlineDraft } from './outline-draft.ts'
import type { OutlinedDump } from './outline.ts'
import { openPlainFile } from './plain-source.ts'
import { readThrough } from './read-through.ts'
import { passingTexts } from './statement-texts.ts'
import { FileStamp } from './text/file-stamp.ts'
import { FileText } from './text/file-text.ts'
import { OpenedText } from './text/opened-text.ts'
import type { TextPlaces } from './text/random-text.ts'

/** Reads a dump once, as `inspectDump` does, and keeps what it takes to read any part of it again. */
export async function outlineDump(path: string, options: OpenDumpOptions = {}): Promise<OutlinedDump> {
  const limits = { ...defaultLimits, ...options.limits }
  const stamp = await FileStamp.of(path)
  const archive = await openArchive(path, limits, options)
  const file = archive ?? (await openPlainFile(path, limits, options))
  const isPlain = archive === null && file.compression === 'none'
  const reader = new DumpReader(file, limits, passingTexts())
  const draft = new OutlineDraft(reader, limits, archive?.places ?? (isPlain ? anywhere(limits) : nowhere))
  const summary = await readThrough(path, file, reader, draft)
  const isUniform = summary.writer !== 'unknown'
  return {
    summary,
    outline: draft.finish(),
    async openText({ signal }) {
      await stamp.requireUnchanged()
      const abort = new AbortController()
      const either = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal])
      await using opening = new AsyncDisposableStack()
      const text = opening.use(archive === null ? await FileText.open(path, either) : await archive.openRandom(either))
      // Nor was it replaced while it was opened.
      await stamp.requireUnchanged()
      opening.move()
      return new OpenedText(text, stamp, { limits, isUniform }, abort)
    },
  }
}

function anywhere({ runBytes }: DumpLimits): TextPlaces {
  return { runBytes, endOf: () => Number.POSITIVE_INFINITY, claim: () => true }
}

const nowhere: TextPlaces = { runBytes: 0, endOf: () => 0, claim: () => false }
