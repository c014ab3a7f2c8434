import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileOfName, flatFileOfName, nameOfFile, urlPathOf } from './object-names.ts'
import { awkwardNames } from './testing/fixture.ts'

const segment = fc.oneof(
  fc.constantFrom('', '.', '..', '%', '%2F', '%-', 'a', 'A', ' ', 'x.', '#', '?', '\\', '\u0000', 'é', 'e\u0301'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('/', '')),
  fc.string({ minLength: 150, maxLength: 400 }).map((text) => text.replaceAll('/', '')),
)
const name = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'))

describe('the file of an object', () => {
  it('lies under the folder of its bucket, whatever its name', () => {
    fc.assert(
      fc.property(name, (name) => {
        for (const path of [fileOfName(name), flatFileOfName(name)]) {
          for (const part of path.split('/')) {
            expect(part).not.toMatch(/^\.{0,2}$|[\u0000-\u001f\\]/)
            expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255)
          }
        }
        expect(flatFileOfName(name)).not.toContain('/')
      }),
      { numRuns: 500 },
    )
  })

  it('is never the file of another object', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other)
        expect(fileOfName(one)).not.toBe(fileOfName(other))
        expect(flatFileOfName(one)).not.toBe(flatFileOfName(other))
      }),
      { numRuns: 500 },
    )
  })

  it('says its name again, where it was not shortened', () => {
    fc.assert(
      fc.property(name, (name) => {
        const back = nameOfFile(fileOfName(name))
        expect(back === name || (back === null && name.split('/').some((part) => part.length > 20))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('reads as the name does, where it can', () => {
    expect(fileOfName('Grüße/日本語 1.txt')).toBe('Grüße/日本語 1.txt')
    expect(fileOfName('../50%.txt')).toBe('%2E%2E/50%25.txt')
  })
})

describe('the URL of an object', () => {
  it('is left alone by URL, and names that object', () => {
    fc.assert(
      fc.property(name, (name) => {
        fc.pre(name.isWellFormed() && !['', '.', '..'].includes(name))
        const url = new URL(`http://storage/object/bucket/${urlPathOf(name)}`)
        expect(url.hash + url.search).toBe('')
        expect(decodeURIComponent(url.pathname.slice('/object/bucket/'.length))).toBe(name)
      }),
      { numRuns: 500 },
    )
    for (const name of awkwardNames) {
      const url = new URL(`http://storage/object/bucket/${urlPathOf(name)}`)
      expect(decodeURIComponent(url.pathname.slice('/object/bucket/'.length))).toBe(name)
    }
  })
})
