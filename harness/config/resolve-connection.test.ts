import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { resolveConnection } from './index.ts'

const url = 'postgresql://postgres:hunter2@db.example.com:5432/postgres'

describe('a connection by name', () => {
  test('is a secret that knows where it came from and prints as stars', () => {
    const secret = resolveConnection('env:DATABASE_URL', { DATABASE_URL: `${url}\n` })
    expect(secret.reveal()).toBe(url)
    expect(secret.source).toBe('env:DATABASE_URL')
    expect([String(secret), JSON.stringify({ secret }), inspect(secret)].join(' ')).not.toContain('hunter2')
  })

  test.each([
    ['env:NOT_SET', 'E_ENV_MISSING'],
    ['env:EMPTY', 'E_ENV_MISSING'],
    [url, 'E_SECRET_IN_ARGUMENT'],
    ['postgres://localhost/db', 'E_SECRET_IN_ARGUMENT'],
    ['host=localhost user=me password=hunter2', 'E_SECRET_IN_ARGUMENT'],
    ['DATABASE_URL', 'E_USAGE'],
    ['env:', 'E_USAGE'],
    ['env:A B', 'E_USAGE'],
  ])('%s is refused', (name, code) => {
    expect(() => resolveConnection(name, { EMPTY: ' ' })).toThrow(expect.objectContaining({ code }))
    expect(() => resolveConnection(name, { EMPTY: ' ' })).not.toThrow(/hunter2/)
  })
})
