import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findDuplicateKey } from './find-duplicate-key.ts'
import { parseManifest } from './read-manifest.ts'

const file = { name: 'full.sql', kind: 'full', bytes: 3, sha256: 'a'.repeat(64) }
const good = {
  kind: 'rehearsal-backup-set',
  version: 1,
  id: 'x',
  name: 'nightly',
  createdAt: '2025-10-22T08:15:00Z',
  files: [file],
}
const read = (text: string) => parseManifest(Buffer.from(text))
const withFile = (change: object) => JSON.stringify({ ...good, files: [{ ...file, ...change }] })

describe('a manifest', () => {
  test('is read when there is no fault in it', () => {
    expect(read(JSON.stringify(good))).toEqual({ manifest: good, fault: null })
  })

  test.each([
    ['nothing', '', 'is empty'],
    ['half a document', JSON.stringify(good).slice(0, -9), 'is not JSON'],
    ['two documents', `${JSON.stringify(good)}{}`, 'is not JSON'],
    ['a byte order mark', `\ufeff${JSON.stringify(good)}`, 'byte order mark'],
    ['a comment', `// sealed\n${JSON.stringify(good)}`, 'is not JSON'],
    ['a duplicate key', JSON.stringify(good).replace('"id":"x"', '"id":"x","id":"y"'), 'the key "id" twice'],
    [
      'a duplicate key, escaped',
      JSON.stringify(good).replace('"id":"x"', '"id":"x","\\u0069d":"y"'),
      'the key "id" twice',
    ],
    ['a duplicate digest', withFile({}).replace('"bytes":3', '"bytes":3,"bytes":4'), 'the key "bytes" twice'],
    ['another version', JSON.stringify({ ...good, version: 2 }), 'version'],
    ['another kind', JSON.stringify({ ...good, kind: 'backup' }), 'kind'],
    ['an unknown field', JSON.stringify({ ...good, encrypted: true }), 'encrypted'],
    ['a prototype', JSON.stringify(good).replace('{', '{"__proto__":{"version":1},'), '__proto__'],
    ['an unknown algorithm', withFile({ sha256: undefined, md5: 'a'.repeat(32) }), 'files.0.sha256'],
    ['an algorithm beside', withFile({ sha512: 'a' }), 'sha512'],
    ['a digest of the wrong length', withFile({ sha256: 'a'.repeat(63) }), 'SHA-256'],
    ['a digest in capitals', withFile({ sha256: 'A'.repeat(64) }), 'SHA-256'],
    ['an unknown kind of file', withFile({ kind: 'dump' }), 'files.0.kind'],
    ['a number past 2^53', withFile({}).replace('"bytes":3', '"bytes":9007199254740993'), 'files.0.bytes'],
    ['a number past all', withFile({}).replace('"bytes":3', '"bytes":1e400'), 'files.0.bytes'],
    ['a negative size', withFile({ bytes: -1 }), 'files.0.bytes'],
    ['half a byte', withFile({ bytes: 0.5 }), 'files.0.bytes'],
    ['a size in words', withFile({ bytes: '3' }), 'files.0.bytes'],
    ['a time without a zone', JSON.stringify({ ...good, createdAt: '2025-10-22T08:15:00' }), 'createdAt'],
    ['a day that does not exist', JSON.stringify({ ...good, createdAt: '2025-02-30T08:15:00Z' }), 'createdAt'],
    ['no files', JSON.stringify({ ...good, files: [] }), 'files'],
    ['a file twice', JSON.stringify({ ...good, files: [file, file] }), 'lists "full.sql" twice'],
    ['a file twice, by case', JSON.stringify({ ...good, files: [file, { ...file, name: 'FULL.sql' }] }), 'twice'],
    ['itself', withFile({ name: 'manifest.json' }), 'lists itself'],
    ['an absolute name', withFile({ name: '/etc/passwd' }), 'plain relative path'],
    ['a climbing name', withFile({ name: '../full.sql' }), 'plain relative path'],
    ['a name climbing inside', withFile({ name: 'a/../../full.sql' }), 'plain relative path'],
    ['a name with a backslash', withFile({ name: '..\\full.sql' }), 'plain relative path'],
    ['a drive', withFile({ name: 'C:full.sql' }), 'plain relative path'],
    ['a name with a NUL', withFile({ name: 'full.sql\0.txt' }), 'plain relative path'],
    ['a name with a newline', withFile({ name: 'full\n.sql' }), 'plain relative path'],
    ['a doubled slash', withFile({ name: 'a//full.sql' }), 'plain relative path'],
    ['null', 'null', 'says what no manifest may say'],
    ['a list', '[]', 'says what no manifest may say'],
    ['deep nesting', '['.repeat(200_000), 'is not JSON'],
  ])('with %s is not believed, and says why', (_, text, fault) => {
    const reading = read(text)
    expect(reading.manifest).toBeNull()
    expect(reading.fault).toContain(fault)
  })

  test('that is not UTF-8 is not believed', () => {
    expect(parseManifest(Buffer.from(JSON.stringify(good).replace('nightly', 'n\u00e4chtlich'), 'latin1')).fault).toBe(
      'is not UTF-8',
    )
    expect(parseManifest(Buffer.from(JSON.stringify(good), 'utf16le')).fault).not.toBeNull()
  })

  test('cut short anywhere is not believed', () => {
    const text = JSON.stringify(good)
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        expect(read(text.slice(0, length)).manifest).toBeNull()
      }),
    )
  })
})

describe('keys that stand twice', () => {
  test('are found exactly where an object repeats one', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        /* fast-check writes what JSON.stringify would: no key twice. */
        expect(findDuplicateKey(text)).toBeNull()
      }),
    )
    fc.assert(
      fc.property(fc.string(), fc.json(), fc.json(), (key, one, other) => {
        const name = JSON.stringify(key)
        expect(findDuplicateKey(`[{"a":[${one}],"o":{${name}:${one},${name}:${other}}}]`)).toBe(key)
      }),
    )
  })
})
