import { notesBegin, notesEnd, type BackupLog, type LogEntry } from '../harness/backup/index.ts'
import { countOf, formatBytes, formatCount } from '../harness/core/index.ts'
import { markdownCode, markdownTable, markdownText } from '../harness/report/index.ts'

const none = 'not recorded'
const blank = '____________________'
const signs = { GO: '✅', 'NO-GO': '❌', UNDECIDED: '⬜' } as const

/** The log of all sets, newest first, each with every field of the production backup log. */
export function renderLog(log: BackupLog): string {
  const head = [
    '# Production Backup Log',
    `Backups of ${markdownText(log.project)}, newest first. Written by \`rehearse log\`; what you write between the marks of a set's notes is kept, and sign-offs are made with \`rehearse log sign\`.`,
  ]
  const body = log.entries.length === 0 ? ['No backup is on record.'] : log.entries.map(sectionOf)
  return `${[...head, ...body].join('\n\n')}\n`
}

function sectionOf(entry: LogEntry): string {
  return [
    `## ${markdownText(entry.name)}`,
    '### Backup Information',
    list(informationOf(entry)),
    '### Verification',
    list(verificationOf(entry)),
    rehearsalsOf(entry),
    '### Purpose',
    purposeOf(entry),
    '### Retention',
    list(retentionOf(entry)),
    '### Notes',
    `${notesBegin(entry.digest)}\n${entry.notes}\n${notesEnd}`,
    '### Sign-off',
    list(signOffsOf(entry)),
  ].join('\n\n')
}

type Fields = readonly (readonly [label: string, value: string])[]

function list(fields: Fields): string {
  return fields.map(([label, value]) => `- **${label}:** ${value}`).join('\n')
}

function informationOf(entry: LogEntry): Fields {
  const counted = entry.rehearsals.findLast(({ tables }) => tables > 0)
  const tables = counted?.tables ?? entry.tables
  return [
    ['Date Created', entry.createdAt === null ? none : moment(entry.createdAt)],
    ['Backup ID', markdownCode(entry.id)],
    ['Backup Name', markdownCode(entry.name)],
    ['Label', entry.label === null ? none : markdownText(entry.label)],
    ['Database Size', entry.databaseBytes === null ? none : formatBytes(entry.databaseBytes)],
    ['Backup Size', `${formatBytes(entry.bytes)} in ${countOf(entry.files, 'file')}`],
    ['Table Count', tables === null ? none : `${tables} tables`],
    ['Record Count', rowsOf(entry, counted?.rows ?? null)],
    ['Digest', markdownCode(entry.digest)],
  ]
}

function rowsOf({ rows }: LogEntry, restored: string | null): string {
  if (restored !== null) return `${formatCount(restored)} rows, counted in the restored copy`
  return rows === null ? none : `${formatCount(rows)} rows, counted in the dump`
}

function verificationOf(entry: LogEntry): Fields {
  const said = entry.rehearsals.findLast(({ answer }) => answer !== 'UNDECIDED')
  const rehearsed = said
    ? `rehearsed ${moment(said.finishedAt)}${said.engine ? `, ${markdownText(said.engine)}` : ''}`
    : ''
  const isGo = said?.answer === 'GO' && entry.problem === null
  const problem = entry.problem === null ? '' : markdownText(entry.problem)
  const notGo = said ? `❌ No (${rehearsed}: ${said.answer})` : '⬜ Not rehearsed'
  return [
    [
      'Backup Status',
      problem ? `❌ Not whole: ${problem}` : isGo ? '✅ Completed' : `⬜ Completed by names and sizes, not proven`,
    ],
    [
      'Size Verification',
      problem ? '❌ See status' : isGo ? `✅ Matches expected size (${rehearsed})` : '⬜ Not verified',
    ],
    ['Download Tested', downloadOf(entry)],
    ['Restoration Procedure Confirmed', isGo ? `✅ Yes (${rehearsed})` : notGo],
  ]
}

function downloadOf({ rehearsals }: LogEntry): string {
  const fetched = rehearsals.findLast(({ location, answer }) => isAddress(location) && answer === 'GO')
  return fetched
    ? `✅ Yes (${moment(fetched.finishedAt)}, from ${markdownCode(fetched.location)})`
    : '⬜ No (read from its folder)'
}

function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(location)
}

function rehearsalsOf({ rehearsals }: LogEntry): string {
  if (rehearsals.length === 0) return 'No rehearsal is on record.'
  const latest = rehearsals.slice(-10).toReversed()
  const rows = latest.map(({ finishedAt, answer, reason }) => [
    moment(finishedAt),
    `${signs[answer]} ${answer}`,
    markdownText(answer === 'GO' ? '' : reason),
  ])
  return markdownTable(['Rehearsed', 'Says', 'Because'], rows)
}

function purposeOf({ purpose, description }: LogEntry): string {
  const texts = [purpose, description].filter((text) => text !== null)
  return texts.length === 0 ? none : [...new Set(texts)].map(markdownText).join('\n\n')
}

function retentionOf(entry: LogEntry): Fields {
  const { location, goneSince } = entry
  const isStored = location !== null && isAddress(location)
  return [
    ['Supabase Retention', entry.retention === null ? none : markdownText(entry.retention)],
    [
      'Local Copy',
      location === null
        ? `⬜ No (gone since ${moment(goneSince ?? '')})`
        : isStored
          ? '⬜ No (kept elsewhere)'
          : '✅ Yes',
    ],
    [isStored ? 'Location' : 'Local Copy Location', location === null ? none : markdownCode(location)],
  ]
}

/** The manifest's names stand until somebody signs; a date is a signature's only. */
function signOffsOf({ createdBy, verifiedBy, signOffs }: LogEntry): Fields {
  const by = (role: string, recorded: string | null) =>
    signOffs.find((one) => one.role.toLowerCase() === role.toLowerCase())?.name ?? recorded
  const first = [
    ['Created by', by('Created by', createdBy)],
    ['Verified by', by('Verified by', verifiedBy)],
  ] as const
  const others = signOffs.filter(({ role }) => !first.some(([known]) => known.toLowerCase() === role.toLowerCase()))
  const last = signOffs
    .map(({ at }) => at)
    .sort()
    .at(-1)
  return [
    ...first.map(([role, name]) => [role, name === null ? blank : markdownText(name)] as const),
    ...others.map(({ role, name, at }) => [markdownText(role), `${markdownText(name)}, ${moment(at)}`] as const),
    ['Date', last === undefined ? blank : last.slice(0, 'yyyy-mm-dd'.length)],
  ]
}

function moment(iso: string): string {
  return `${iso.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`
}
