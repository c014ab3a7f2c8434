import { expect, test } from 'vitest'
import type { Finding } from '../compare/index.ts'
import { adviseOnExtension } from './platform-damage.ts'

const refused = (message: string): Finding => ({
  check: 'restore',
  status: 'differs',
  object: 'public.notes_body',
  notice: false,
  message: `schema.sql, line 170: the server refused CREATE INDEX public.notes_body: ${message}`,
  expected: null,
  actual: null,
  remedy: 'see the statement',
  attribution: 'dump',
})

test.each([
  'operator class "extensions.gin_trgm_ops" does not exist for access method "gin" (42704)',
  'function extensions.uuid_generate_v4() does not exist (42883)',
])('what is refused for want of an extension that no dump makes: what to do instead: %s', (message) => {
  expect(adviseOnExtension(refused(message)).remedy).toContain('dump without -s')
})

test.each(['function public.tally() does not exist (42883)', 'role "extensions.a" does not exist (42704), and more'])(
  'and nothing else: %s',
  (message) => {
    expect(adviseOnExtension(refused(message)).remedy).toBe('see the statement')
  },
)
