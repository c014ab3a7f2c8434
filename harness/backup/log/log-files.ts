import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Fault, scrub, scrubLine, writeFileWhole } from '../../core/index.ts'
import { backupLogSchema, type BackupLog } from './log-schema.ts'
import { emptyLog } from './update-log.ts'

/** Marks where the notes of an entry begin and end in the Markdown. */
export const notesBegin = (digest: string): string => `<!-- notes of ${digest}: write below; updates keep it -->`
export const notesEnd = '<!-- end of notes -->'

/** The files of a log: `backup-log.md` for people, `backup-log.json` beside it. */
export interface LogPlace {
  readonly markdown: string
  readonly json: string
}

/**
 * The log as it was left, with the notes as they stand in the Markdown, where people write them. Throws `E_LOG_EDITED`
 * where the Markdown was changed elsewhere than in its notes: an update would undo that.
 */
export async function readLog(place: LogPlace, project: string, overwrite: boolean): Promise<BackupLog> {
  const source = await readIfThere(place.json)
  const log = source === null ? emptyLog(project) : parseLog(source, place.json)
  const markdown = await readIfThere(place.markdown)
  if (markdown === null) return log
  if (!overwrite && (log.written === null || log.written !== digestOf(markdown))) {
    throw new Fault(
      'E_LOG_EDITED',
      `${place.markdown} was changed elsewhere than in its notes, and an update would undo that`,
      {
        hint: `move what was written into the notes of its set, or into ${place.json}; --overwrite drops it`,
      },
    )
  }
  const entries = log.entries.map((entry) => ({ ...entry, notes: notesIn(markdown, entry.digest) ?? entry.notes }))
  return { ...log, entries }
}

/** Writes both, each whole; the Markdown last. Throws `E_EVIDENCE_WRITE`. */
export async function writeLog(place: LogPlace, log: BackupLog, render: (log: BackupLog) => string): Promise<void> {
  const markdown = render(log)
  const shared = 0o644
  const source = backupLogSchema.parse({ ...log, written: digestOf(markdown) })
  await writeFileWhole(place.json, `${JSON.stringify(source, null, 2)}\n`, shared)
  await writeFileWhole(place.markdown, markdown, shared)
}

function notesIn(markdown: string, digest: string): string | null {
  const begin = markdown.indexOf(notesBegin(digest))
  if (begin < 0) return null
  const from = begin + notesBegin(digest).length
  const end = markdown.indexOf(notesEnd, from)
  return end < 0 ? null : scrub(markdown.slice(from, end).replaceAll('\r', '')).trim().slice(0, 20_000)
}

/** Of all but the notes. */
function digestOf(markdown: string): string {
  const parts = markdown.replaceAll('\r', '').split(/(?=<!-- notes of )/)
  const rest = parts.map((part) => {
    const head = /^<!-- notes of [^\n]*-->/.exec(part)?.[0]
    const end = part.indexOf(notesEnd)
    return head === undefined || end < 0 ? part : head + part.slice(end)
  })
  return createHash('sha256').update(rest.join('')).digest('hex')
}

function parseLog(text: string, path: string): BackupLog {
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    // Said below, as of any other text that is no log.
  }
  const parsed = backupLogSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Fault(
    'E_LOG_EDITED',
    `${path} is no backup log: ${scrubLine(`${issue?.path.join('.')} ${issue?.message}`, 160)}`,
    {
      hint: 'correct it, or move it away: the log is then written anew, without its sign-offs',
    },
  )
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new Fault('E_FILE_UNREADABLE', `cannot read ${path}`, { hint: 'check its permissions', cause })
  }
}
