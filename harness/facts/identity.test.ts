import { describe, expect, it } from 'vitest'
import { anyParts, identityOf, partsOfIdentity } from './identity.ts'

const parts = ['public', 'Users', 'a.b', 'a b', 'a"b', '', 'ünï', '$x', '-', '(', '"', '.', '日本', 'a\nb', '…']

describe('the parts of an identity', () => {
  it.each([null, '', 'integer', 'public."a.b", "c)"', 'a.b'])(
    'are those it was made of, with the signature %j',
    (signature) => {
      const pairs = parts.flatMap((one) => parts.map((other) => [one, other]))
      expect(pairs.map((pair) => partsOfIdentity(identityOf(pair, signature)))).toEqual(pairs)
    },
  )

  it.each([
    '',
    '.',
    '..',
    'a.',
    '.a',
    'a..b',
    'a.b.',
    'a(',
    'a.(b)',
    '(a)',
    'a b.c',
    'a"b".c',
    '"a',
    '"a"b',
    'a."b',
    'é.a',
    'a.é',
    'a,b',
    'a.b\n',
    'a\n',
  ])('are found the same way in %j, which is no identity', (text) => {
    expect(partsOfIdentity(text)).toEqual(anyParts(text))
  })
})
