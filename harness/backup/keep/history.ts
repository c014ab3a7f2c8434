import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, scrubLine } from '../../core/index.ts'
import { historyEntry, type HistoryEntry } from './history-entry.ts'

/* One rehearsal a day for a century is less than 40 MB: what is larger is no history. */
const maxBytes = 64 << 20
/* Well above what an entry can hold. */
const maxLineBytes = 64 << 10

export interface History {
  /** In the order in which they were written. */
  readonly entries: readonly HistoryEntry[]
  /** Lines that are no entry: torn by a crash, or written by somebody else. */
  readonly unread: number
}

/**
 * Adds one line and forces it to the disk. A line is written in one piece at the end of the file (`O_APPEND`), so that
 * rehearsals that end at the same moment don't mix theirs; after a line that a crash tore, it begins a new one. Throws
 * `E_EVIDENCE_WRITE`.
 */
export async function appendHistory(path: string, entry: HistoryEntry): Promise<void> {
  const line = `${JSON.stringify(historyEntry.parse(entry))}\n`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(
      path,
      constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK,
      0o600,
    )
    try {
      const found = await file.stat()
      if (!found.isFile()) throw new Error('it is no regular file')
      const last = Buffer.alloc(1)
      if (found.size > 0) await file.read(last, 0, 1, found.size - 1)
      const isTorn = found.size > 0 && last.toString() !== '\n'
      const bytes = Buffer.from(isTorn ? `\n${line}` : line)
      const { bytesWritten } = await file.write(bytes)
      if (bytesWritten !== bytes.length) throw new Error('no space left on the device')
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    const why = cause instanceof Error ? `: ${scrubLine(cause.message, 160)}` : ''
    throw new Fault('E_EVIDENCE_WRITE', `the history ${path} can't be written${why}`, {
      hint: 'name another file with --history, or give yourself the right to write there',
      cause,
    })
  }
}

/** Every entry of the history; none where there is no such file. Throws `E_FILE_UNREADABLE`. */
export async function readHistory(path: string): Promise<History> {
  const text = await readText(path)
  const entries: HistoryEntry[] = []
  let unread = 0
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const entry = line.length > maxLineBytes ? null : parseLine(line)
    if (entry === null) unread += 1
    else entries.push(entry)
  }
  return { entries, unread }
}

function parseLine(line: string): HistoryEntry | null {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return null
  }
  return historyEntry.safeParse(json).data ?? null
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await file.stat()
      if (!found.isFile()) throw new Error('it is no regular file')
      if (found.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    const why = cause instanceof Error ? scrubLine(cause.message, 160) : 'unreadable'
    throw new Fault('E_FILE_UNREADABLE', `cannot read the history ${path}: ${why}`, {
      hint: 'check its permissions, or name another file with --history',
      cause,
    })
  }
}
