import { countOf, formatBytes, formatCount, scrubLine } from '../harness/core/index.ts'
import type {
  CrossCheck,
  Downloaded,
  LiveComparison,
  RestoredStorage,
  StorageDifference,
  StorageSurvey,
  Trouble,
  VerifiedFiles,
} from '../harness/supabase/storage/index.ts'
import { renderTable } from './render-table.ts'

/* A terminal holds no ten thousand lines that anybody reads. */
const mostLines = 50

export function renderSurvey({ buckets, objects, bytes, unsized }: StorageSurvey, color: boolean): string {
  const rows = buckets.map((bucket) => [
    scrubLine(bucket.id),
    bucket.public ? 'public' : 'private',
    bucket.fileSizeLimit === null ? '' : formatBytes(bucket.fileSizeLimit),
    scrubLine(bucket.allowedMimeTypes?.join(', ') ?? ''),
    formatCount(bucket.objects),
    formatBytes(bucket.bytes),
  ])
  const head = ['bucket', 'access', 'limit', 'types', 'objects', 'size']
  const all = `${countOf(buckets.length, 'bucket')}, ${countOf(objects, 'object')}, ${formatBytes(bytes)}`
  const more = unsized === 0 ? '' : `, ${formatCount(unsized)} of unknown size`
  return `${renderTable(head, rows, { color, right: [2, 4, 5] })}${all}${more}\n`
}

export function renderCrossCheck({ rows, listed, notListed, notInTable }: CrossCheck): string {
  const counts = `storage.objects has ${countOf(rows, 'row')}, the API lists ${countOf(listed, 'object')}`
  if (notListed.length + notInTable.length === 0) return `${counts}: the same\n`
  return [
    `${counts}: they differ`,
    ...lines('in the table, not listed', notListed),
    ...lines('listed, not in the table', notInTable),
    '',
  ].join('\n')
}

export function renderDownload(folder: string, downloaded: Downloaded): string {
  const { summary, fetched, kept, failed } = downloaded
  const counts = `${formatCount(fetched.objects)} fetched (${formatBytes(fetched.bytes)}), ${formatCount(kept)} were there`
  return [
    summary
      ? `${folder}: whole, ${countOf(summary.objects, 'object')}, ${formatBytes(summary.bytes)}: ${counts}`
      : `${folder}: not whole: ${counts}, ${formatCount(failed.length)} failed; run the same command again`,
    ...unfetched(downloaded),
    ...troubles(failed),
    '',
  ].join('\n')
}

/** What was listed and is not in a download, though nothing failed. */
export function unfetched({ gone, bare, unnamable }: Downloaded): readonly string[] {
  return [
    ...lines('deleted while it was listed', gone),
    ...lines('listed, and the project has no bytes of it: a lost file', bare),
    ...lines('no URL can hold its name: copy it by the S3 protocol, or rename it', unnamable),
  ]
}

export function renderVerified({ objects, bytes, problems, strangers, interrupted }: VerifiedFiles): string {
  const counts = `${countOf(objects, 'file')}, ${formatBytes(bytes)}`
  return [
    problems.length === 0
      ? `${counts}: as they were downloaded`
      : `${counts}: ${formatCount(problems.length)} not as they were downloaded`,
    ...some(problems.map(({ object, what }) => `  ${what}: ${scrubLine(object)}`)),
    ...lines('no object has this file (left from an earlier download)', strangers),
    ...(interrupted ? ['  a later download into this folder was begun and has not ended'] : []),
    '',
  ].join('\n')
}

const liveWords: Readonly<Record<StorageDifference['kind'], string>> = {
  'missing file': 'listed, and not in this download',
  'extra file': 'not in the project',
  'wrong size': 'another size',
  'wrong hash': 'other bytes',
  'older than its row': 'later in the project',
  'newer than its row': 'earlier in the project',
  'media type lost': 'another media type',
  'cache control lost': 'another cache control',
}

const bucketWords = {
  missing: 'bucket not in the project',
  added: 'bucket, and not in this download',
  'other settings': 'bucket with other settings',
} as const

export function renderLive({ differences, buckets, bySize }: LiveComparison, url: string): string {
  const doubt = bySize === 0 ? '' : `; ${countOf(bySize, 'object')} could be compared by size alone`
  const all = differences.length + buckets.length
  if (all === 0) return `${url} lists the same${doubt}\n`
  const named = [
    ...buckets.map(({ bucket, what }) => `  ${bucketWords[what]}: ${scrubLine(bucket)}`),
    ...differences.map(({ kind, bucket, name }) => `  ${liveWords[kind]}: ${scrubLine(`${bucket}/${name}`)}`),
  ]
  return [`${url} differs in ${formatCount(all)}${doubt}`, ...some(named), ''].join('\n')
}

export function renderRestored({ buckets, written, same, bare, failed }: RestoredStorage, url: string): string {
  const counts = `${formatCount(written.objects)} written and read back (${formatBytes(written.bytes)}), ${formatCount(same)} were there`
  return [
    `${url}: ${failed.length === 0 ? 'restored' : 'not whole'}: ${counts}`,
    ...(bare === 0 ? [] : [`  ${countOf(bare, 'object')} had a row and no bytes, as after a restore of the database`]),
    ...lines('bucket made', buckets.created),
    ...lines('its limit is above that of the project, and was left out', buckets.unlimited),
    ...lines('bucket was there, with other settings, which stay', buckets.otherSettings),
    ...lines(
      'limits of the bucket lifted for what it would not take today, and set back',
      buckets.lifted.map(({ bucket, objects }) => `${bucket} (${countOf(objects, 'object')})`),
    ),
    ...troubles(failed),
    '',
  ].join('\n')
}

export function renderRestoredFolder(
  folder: string,
  { objects, failed }: { objects: number; failed: readonly Trouble[] },
): string {
  return [`${folder}: ${countOf(objects, 'file')}`, ...troubles(failed), ''].join('\n')
}

function troubles(failed: readonly Trouble[]): readonly string[] {
  return some(failed.map((trouble) => `  ${describeTrouble(trouble)}`))
}

/** The object is named once: what the API said of it begins with it as a rule. */
export function describeTrouble({ object, why }: Trouble): string {
  return why.startsWith(object) ? why : `${object}: ${why}`
}

function lines(what: string, names: readonly string[]): readonly string[] {
  return some(names.map((name) => `  ${what}: ${scrubLine(name)}`))
}

function some(all: readonly string[]): readonly string[] {
  if (all.length <= mostLines) return all
  return [...all.slice(0, mostLines), `  and ${formatCount(all.length - mostLines)} more`]
}
