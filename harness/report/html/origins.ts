import { formatBytes } from '../../core/index.ts'
import { markup, type Markup } from '../markup.ts'
import { counted, formatCount, formatMoment } from '../record-digest.ts'
import type { BackupRecord, RehearsalRecord } from '../types.ts'
import { code, folded, pairsMarkup, statusMarkup, tableMarkup, type Section } from './parts.ts'

const fileStates = {
  intact: ['same', '✓ intact'],
  changed: ['differs', '✗ changed'],
  missing: ['differs', '✗ missing'],
  empty: ['differs', '✗ empty'],
  unsealed: ['not-checked', '? no digest on record'],
} as const

/** The backup, file by file, with what identifies each. */
export function backupSection({ backup }: RehearsalRecord): Section {
  if (backup === null) {
    return { id: 'backup', title: 'Backup', aside: null, body: markup`<p>No backup was found.</p>` }
  }
  const files = folded(backup.files, 20, 'file', (some) =>
    tableMarkup(
      'Files of the backup',
      [
        { title: 'File' },
        { title: 'Kind' },
        { title: 'Size', number: true },
        { title: 'Rows', number: true },
        { title: 'State' },
      ],
      some.map(({ name, kind, bytes, rows, state, sha256, restored }) => [
        markup`${code(name)}${restored ? markup` <span class="tag quiet">restored</span>` : null}<br><span class="code quiet digest">${sha256 === null ? 'no digest on record' : `sha256 ${sha256}`}</span>`,
        markup`${kind}`,
        markup`${formatBytes(bytes)}`,
        markup`${formatCount(rows)}`,
        statusMarkup(fileStates[state][0], fileStates[state][1]),
      ]),
    ),
  )
  return {
    id: 'backup',
    title: 'Backup',
    aside: `${formatBytes(backup.totalBytes)} in ${counted(backup.files.length, 'file')}`,
    body: markup`${pairsMarkup(backupPairs(backup))}${files}`,
  }
}

function backupPairs(backup: BackupRecord): (readonly [string, Markup])[] {
  const { writer, toolVersion, sourceVersion } = backup
  const by = `${writer}${toolVersion === null ? '' : ` ${toolVersion}`}${sourceVersion === null ? '' : `, from Postgres ${sourceVersion}`}`
  return [
    ['Name', code(backup.name)],
    ['ID', code(backup.id)],
    ['Location', code(backup.location)],
    ['Written', markup`${by}`],
    ['Taken', markup`${backup.createdAt === null ? 'not recorded' : formatMoment(backup.createdAt)}`],
    ['Purpose', markup`${backup.purpose ?? 'not recorded'}`],
    ...(backup.description === null ? [] : [['Description', markup`${backup.description}`] as const]),
    ...(backup.label === null ? [] : [['Label', markup`${backup.label}`] as const]),
    ['Retention', markup`${backup.retention ?? 'not recorded'}`],
    ['Created by', markup`${backup.createdBy ?? 'not recorded'}`],
    ['Verified by', markup`${backup.verifiedBy ?? 'not recorded'}`],
  ]
}

/** Where it was restored, and what kept it from reaching out. */
export function engineSection({ engine, baseline }: RehearsalRecord): Section {
  const production: (readonly [string, Markup])[] = [
    ['Production', markup`${baseline.serverVersion === null ? 'not observed' : `Postgres ${baseline.serverVersion}`}`],
    ...(baseline.takenAt === null ? [] : [['Observed', markup`${formatMoment(baseline.takenAt)}`] as const]),
    ...(baseline.databaseBytes === null ? [] : [['Its size', markup`${formatBytes(baseline.databaseBytes)}`] as const]),
  ]
  if (engine === null) {
    const body = markup`<p>No engine was started.</p>${pairsMarkup(production)}`
    return { id: 'engine', title: 'Engine and isolation', aside: null, body }
  }
  const { isolation } = engine
  const pairs: readonly (readonly [string, Markup])[] = [
    ['Engine', markup`${engine.kind} Postgres ${engine.version}`],
    ['Chosen because', markup`${engine.because}`],
    ['From', code(engine.origin)],
    ['Network', markup`${isolation.network}`],
    ...(isolation.files === undefined ? [] : [['Files', markup`${filesSeen[isolation.files]}`] as const]),
    ['Runs as', markup`${isolation.ownUser ? 'its own user' : 'the same user as the rehearsal'}`],
    ['If we die', markup`${isolation.diesWithParent ? 'it dies with us' : 'it could stay behind'}`],
    ...(isolation.notes.length === 0 ? [] : [['Notes', lines(isolation.notes)] as const]),
    ...(engine.provided.length === 0 ? [] : [['Provided for the dump', lines(engine.provided)] as const]),
    ...production,
  ]
  return { id: 'engine', title: 'Engine and isolation', aside: null, body: pairsMarkup(pairs) }
}

const filesSeen = {
  'own root': 'its own only',
  host: 'sees those of the machine',
} as const

function lines(texts: readonly string[]): Markup {
  return markup`${texts.map((text, index) => markup`${index === 0 ? null : markup`<br>`}${text}`)}`
}

/** Which value came from where: a rehearsal that read another config than one thought is told here. */
export function configSection({ configOrigins }: RehearsalRecord): Section | null {
  const origins = Object.entries(configOrigins).sort(([a], [b]) => (a < b ? -1 : 1))
  if (origins.length === 0) return null
  const table = tableMarkup(
    'Configured values',
    [{ title: 'Value' }, { title: 'Came from' }],
    origins.map(([path, origin]) => [code(path), markup`${origin}`]),
  )
  const body = markup`<details><summary>${counted(origins.length, 'value')}</summary>${table}</details>`
  return { id: 'config', title: 'Where the configuration came from', aside: null, body }
}
