import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Secret } from '../core/index.ts'
import { openProduction } from './production.ts'
import { adviceOnFailure, adviceOnTransactionPooler, supabaseAddressOf } from './supabase-address.ts'
import { openTarget } from './target.ts'

const ref = 'abcdefghijklmnopqrst'
const direct = { host: `db.${ref}.supabase.co`, port: 5432, user: 'postgres' }
const pooler = { host: 'aws-0-eu-central-1.pooler.supabase.com', port: 5432, user: `postgres.${ref}` }
const coded = (code: string) => Object.assign(new Error('failed'), { code })

/** What the network of this machine says to an address that is nobody's (RFC 3849). */
async function failedSocket(): Promise<Error> {
  const socket = connect({ host: '2001:db8::1', port: 5432 })
  try {
    return await new Promise<Error>((resolve, reject) => {
      socket.once('error', resolve)
      socket.once('connect', () => reject(new TypeError('nobody answers there')))
      socket.setTimeout(2_000, () => resolve(new Error('timeout expired')))
    })
  } finally {
    socket.destroy()
  }
}

describe('an address of Supabase', () => {
  it.each([
    [direct, { kind: 'direct', ref }],
    [
      { ...direct, host: `DB.${ref}.supabase.co.` },
      { kind: 'direct', ref },
    ],
    [pooler, { kind: 'pooler', mode: 'session', host: pooler.host, ref }],
    [
      { ...pooler, port: 6543 },
      { kind: 'pooler', mode: 'transaction', host: pooler.host, ref },
    ],
    [
      { ...pooler, user: 'postgres' },
      { kind: 'pooler', mode: 'session', host: pooler.host, ref: null },
    ],
    [{ ...direct, host: 'db.example.com' }, null],
    [{ ...direct, host: `db.${ref}.supabase.co.evil.example` }, null],
    [{ ...direct, host: `db.${ref.slice(1)}.supabase.co` }, null],
    [{ ...pooler, host: 'pooler.supabase.com.evil.example' }, null],
    [{ ...pooler, host: '/run/postgresql' }, null],
  ])('%j is told', (place, address) => expect(supabaseAddressOf(place)).toEqual(address))

  it('of the direct host that can’t be reached leads to the session pooler', async () => {
    const error = await failedSocket()
    const advice = adviceOnFailure(direct, error)
    expect(advice).toContain('IPv6 address only')
    expect(advice).toContain(`postgresql://postgres.${ref}@aws-N-<region>.pooler.supabase.com:5432/postgres`)
    expect(adviceOnFailure({ ...direct, host: 'db.example.com' }, error)).toBe(null)
    for (const code of ['ENETUNREACH', 'ENOTFOUND', 'EADDRNOTAVAIL', 'ETIMEDOUT']) {
      expect(adviceOnFailure(direct, new AggregateError([coded('x'), coded(code)]))).toBe(advice)
    }
  })

  it('whose server answered is not explained by the network', () => {
    for (const code of ['28P01', '3D000', 'ECONNREFUSED', '53300']) {
      expect(adviceOnFailure(direct, coded(code))).toBe(null)
      expect(adviceOnFailure(pooler, coded(code))).toBe(null)
    }
  })

  it('of the pooler needs the project in its user’s name', () => {
    const tenant = coded('XX000')
    expect(adviceOnFailure({ ...pooler, user: 'postgres' }, tenant)).toContain('postgres.<ref>')
    expect(adviceOnFailure({ ...pooler, user: 'postgres' }, coded('ENOTFOUND'))).toContain('postgres.<ref>')
    expect(adviceOnFailure(pooler, tenant)).toMatch(/does not know abcdefghijklmnopqrst.*aws-0 or aws-1/)
  })

  it('of a pooler that there is none of says what its name is made of', () => {
    expect(adviceOnFailure(pooler, coded('ENOTFOUND'))).toMatch(/no pooler of that name .*aws-0 or aws-1.*region/)
  })

  it('of the transaction pooler has the session’s beside it', () => {
    expect(adviceOnTransactionPooler({ ...pooler, port: 6543 })).toContain(
      `postgresql://postgres.${ref}@${pooler.host}:5432/postgres`,
    )
    expect(adviceOnTransactionPooler({ ...direct, port: 6543 })).toContain(`postgresql://postgres.${ref}@aws-N`)
    for (const place of [pooler, { ...direct, host: 'db.example.org', port: 6543 }]) {
      expect(adviceOnTransactionPooler(place)).toBe(null)
    }
  })
})

describe('connecting', () => {
  const open = { production: openProduction, target: openTarget }
  const cases = Object.entries(open)

  it.each(cases)('to a direct host that can’t be reached: %s says which address can', async (_, openOne) => {
    const url = new Secret(`postgresql://postgres:hunter2@${direct.host}/postgres`, 'env:URL')
    const failed = openOne(url)
    await expect(failed).rejects.toMatchObject({ kind: 'environment', hint: expect.stringContaining('session pooler') })
    await expect(failed).rejects.toMatchObject({ hint: expect.not.stringContaining('hunter2') })
  })

  it.each(cases)('to the transaction pooler is refused, with the right port: %s', async (_, openOne) => {
    const url = new Secret(`postgresql://${pooler.user}:hunter2@${pooler.host}:6543/postgres`, 'env:URL')
    await expect(openOne(url)).rejects.toMatchObject({
      kind: 'refused',
      hint: expect.stringContaining(`${pooler.host}:5432/postgres`),
    })
  })
})
