import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrub, scrubLine } from './scrub.ts'

describe('scrub', () => {
  it.each([
    ['postgresql://app:hunter2@db.example/x', 'hunter2'],
    ['postgresql://app:p@ss/hunter2@db.example/x', 'hunter2'],
    ['could not connect: password=hunter2 host=x', 'hunter2'],
    ["ALTER ROLE a PASSWORD 'hunter2'", 'hunter2'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl rest', 'c2lnbmF0dXJl'],
    ['key sbp_0123456789abcdef0123', '0123456789abcdef'],
    ['-----BEGIN PRIVATE KEY-----\nMIIhunter2\n-----END PRIVATE KEY-----', 'hunter2'],
    ['DETAIL: Key (email)=(mori@example.org) already exists.', 'mori'],
    ['CONTEXT:  COPY users, line 2900: "2900 mori@example.org"', 'mori'],
    ['x violates: COPY users, line 3, column email: "mori@example.org"', 'mori'],
    ['invalid input syntax for type integer: "mori@example.org"', 'mori'],
  ])('leaves no secret and no row value in %j', (text, secret) => {
    expect(scrub(text)).not.toContain(secret)
  })

  it('leaves what a person needs', () => {
    expect(scrub('relation "public.users" does not exist')).toBe('relation "public.users" does not exist')
    expect(scrub('COPY users, line 2900: "x"')).toContain('COPY users, line 2900')
  })

  it('lets no control character through, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(scrub(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
    )
  })

  it('keeps a line a line, and bounded', () => {
    expect(scrubLine('a\n  b\tc')).toBe('a b c')
    expect(scrubLine('x'.repeat(10_000), 50)).toHaveLength(50)
  })
})
