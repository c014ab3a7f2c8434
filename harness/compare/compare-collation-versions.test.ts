import { describe, expect, it } from 'vitest'
import { compareFacts } from './compare-facts.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'

const table = objectOf('table', 'public.t')
const observed = { 'collation version': ['recorded version', 'version'], table: [] }

function messages(
  was: Record<string, string | null>,
  is: Record<string, string | null> | null,
  name = 'public.de(icu)',
) {
  const version = (properties: Record<string, string | null> | null) =>
    properties === null ? [] : [objectOf('collation version', name, properties)]
  const findings = compareFacts({
    baseline: factsOf({ observed, objects: [...version(was), table] }),
    restored: factsOf({ observed, objects: [...version(is), table] }),
    baselineKind: 'dump-snapshot',
  }).filter(({ check, status }) => check === 'schema' && status !== 'same')
  expect(findings.every(({ notice }) => notice)).toBe(true)
  return findings.map(({ message }) => message)
}

describe('versions of collations', () => {
  it('that are the same are silent', () => {
    expect(messages({ version: '153.80', 'recorded version': null }, { version: '153.80' })).toEqual([])
  })

  it('that differ are a notice: the copy sorts by its own library', () => {
    expect(messages({ version: '153.120' }, { version: '153.80' })).toEqual([
      'collation version public.de(icu): version 153.120 in production, 153.80 in the restored copy: text may sort otherwise',
    ])
  })

  it('that a server does not know are silent', () => {
    expect(messages({ version: '2.31' }, { version: null })).toEqual([])
    expect(messages({ version: '2.31' }, null)).toEqual([])
    expect(messages({ version: null }, { version: '2.31' })).toEqual([])
  })

  it('that are not the recorded ones are a notice about where that is, whatever the copy sorts by', () => {
    const text =
      'collation version default(libc): recorded version 2.31 in production, whose library is 2.36: ' +
      'text indexes may be corrupt there, REINDEX them, then ALTER DATABASE … REFRESH COLLATION VERSION'
    const outdated = { version: '2.36', 'recorded version': '2.31' }
    expect(messages(outdated, { version: '2.36' }, 'default(libc)')).toEqual([text])
    expect(messages(outdated, outdated, 'default(libc)')).toEqual([
      text,
      text.replace('production', 'the restored copy'),
    ])
    expect(messages(outdated, null, 'default(libc)')).toEqual([text])
  })

  it('that are known no longer, where some were, are such a notice too: glibc’s data under musl', () => {
    expect(messages({ version: null, 'recorded version': '2.31' }, null)).toEqual([
      expect.stringMatching(
        /recorded version 2\.31 in production, whose library is of no known version: .* ALTER COLLATION/,
      ),
    ])
  })
})
