import { describe, expect, it } from 'vitest'
import { compareStorage, type FileLookup, type StorageDifferenceKind, type StorageRow } from './compare-storage.ts'
import type { FileRecord } from './types.ts'

const md5 = '9e107d9d372bb6826bd81d3542a419d6'
const row: StorageRow = {
  bucket: 'avatars',
  name: 'a/1.png',
  bytes: 43,
  etag: md5,
  mimetype: 'image/png',
  cacheControl: 'max-age=3600',
  updatedAt: '2026-11-01T10:00:00.123456Z',
}
const file: FileRecord = {
  ...row,
  bytes: 43,
  updatedAt: '2026-11-01T10:00:00.123+00:00',
  sha256: 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592',
  md5,
  path: 'files/avatars/a/1.png',
  userMetadata: null,
}

function lookup(...records: readonly FileRecord[]): FileLookup {
  const left = new Map(records.map((record) => [JSON.stringify([record.bucket, record.name]), record]))
  return {
    find(bucket, name) {
      const key = JSON.stringify([bucket, name])
      const found = left.get(key) ?? null
      left.delete(key)
      return found
    },
    unasked: () => left.values(),
  }
}

const later = '2026-11-01T10:00:01Z'
const mutants: readonly (readonly [StorageDifferenceKind, readonly StorageRow[], readonly FileRecord[]])[] = [
  ['missing file', [row], []],
  [
    'missing file',
    [row],
    [
      { ...file, name: 'A/1.png' },
      { ...file, bucket: 'other' },
    ],
  ],
  ['extra file', [], [file]],
  ['wrong size', [row], [{ ...file, bytes: 42 }]],
  ['wrong size', [row], [{ ...file, bytes: 0 }]],
  ['wrong hash', [row], [{ ...file, md5: md5.replace('9', '8') }]],
  ['wrong hash', [{ ...row, etag: `${md5}-2` }], [{ ...file, etag: `${md5.replace('9', '8')}-2` }]],
  ['newer than its row', [row], [{ ...file, bytes: 50, updatedAt: later }]],
  ['newer than its row', [row], [{ ...file, md5: md5.replace('9', '8'), updatedAt: later }]],
  ['older than its row', [{ ...row, etag: md5.replace('9', '8'), updatedAt: later }], [file]],
  ['media type lost', [row], [{ ...file, mimetype: 'application/octet-stream' }]],
  ['media type lost', [row], [{ ...file, mimetype: null }]],
  ['cache control lost', [row], [{ ...file, cacheControl: 'no-cache' }]],
]

describe('rows of storage.objects against files', () => {
  it.each(mutants)('sees: %s', (kind, rows, files) => {
    const differences = [...compareStorage(rows, lookup(...files))]
    expect(differences.map(({ kind }) => kind)).toContain(kind)
    expect(differences.filter(({ name, bucket }) => name === '' || bucket === '')).toEqual([])
  })

  it('finds nothing where they agree, and concludes nothing from an ETag that is no MD5', () => {
    const parts = `${md5}-2`
    const rows = [row, { ...row, name: 'parts', etag: parts }, { ...row, name: 'unended', bytes: null, etag: null }]
    const files = [file, { ...file, name: 'parts', etag: parts, md5: 'f'.repeat(32) }, { ...file, name: 'unended' }]
    expect([...compareStorage(rows, lookup(...files))]).toEqual([])
  })

  it('takes a file that was only touched, with the same bytes, for the same', () => {
    expect([...compareStorage([row], lookup({ ...file, updatedAt: later }))]).toEqual([])
  })
})
