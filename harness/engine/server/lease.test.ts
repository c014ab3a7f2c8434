import { describe, expect, test } from 'vitest'
import { leaseRole, readServerLease, scratchName, type ServerLease } from './lease.ts'

const run = '0123456789ab'
const lease: ServerLease = {
  kind: 'rehearsal-lease',
  version: 1,
  run,
  owner: { pid: 7, startTime: '1', bootId: 'b', host: 'h', pidNamespace: 'n' },
  createdAt: '2026-11-22T12:00:00.000Z',
  kept: false,
  databases: [`rehearsal_${run}_shop`],
  roles: [{ name: 'app', oid: '16384' }],
}

describe('a lease on a server', () => {
  test('is read as it was written', () => {
    expect(readServerLease(leaseRole(run), JSON.stringify(lease))).toEqual(lease)
  })

  test.each([
    ['no comment', null],
    ["somebody's comment", 'the staging team'],
    ['another run', JSON.stringify({ ...lease, run: 'ba9876543210' })],
    ["a database that is not the run's", JSON.stringify({ ...lease, databases: ['shop'] })],
    ["a database of another run's", JSON.stringify({ ...lease, databases: ['rehearsal_ba9876543210_shop'] })],
    ['a role without its oid', JSON.stringify({ ...lease, roles: [{ name: 'app' }] })],
    ['an oid that is none', JSON.stringify({ ...lease, roles: [{ name: 'app', oid: '1 OR true' }] })],
    ['no owner', JSON.stringify({ ...lease, owner: null })],
    ['a later version', JSON.stringify({ ...lease, version: 2 })],
  ])('is none with %s: nothing is dropped for it', (_what, comment) => {
    expect(readServerLease(leaseRole(run), comment)).toBe(null)
  })

  test.each(['rehearsal_x', 'rehearsal_0123456789abc', 'Rehearsal_0123456789ab', 'shop'])(
    'is none on role %s',
    (role) => {
      expect(readServerLease(role, JSON.stringify(lease))).toBe(null)
    },
  )
})

describe('the name of a scratch database', () => {
  test.each([
    ['shop', `rehearsal_${run}_shop`],
    ['My "Shop"; drop', `rehearsal_${run}_my_shop_drop`],
    ['茶会', `rehearsal_${run}__`],
    ['x'.repeat(63), `rehearsal_${run}_${'x'.repeat(30)}`],
  ])('is plain, and no longer than a name may be: %s', (dumped, expected) => {
    expect(scratchName(run, dumped, new Set())).toBe(expected)
    expect(Buffer.byteLength(scratchName(run, dumped, new Set([expected])))).toBeLessThan(64)
  })

  test('is told from others that come out the same', () => {
    expect(scratchName(run, '茶会', new Set([`rehearsal_${run}__`]))).toBe(`rehearsal_${run}___2`)
  })
})
