import { randomBytes } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import type { SqlRunner } from '../core/index.ts'
import type { TargetPlace } from '../postgres/index.ts'

/** Whether two addresses lead to one place: names are resolved, socket folders followed. Different ones prove nothing. */
export async function sharePlace(one: TargetPlace, other: TargetPlace): Promise<boolean> {
  if (one.port !== other.port) return false
  const [places, others] = await Promise.all([placesOf(one.host), placesOf(other.host)])
  return places.some((place) => others.includes(place))
}

async function placesOf(host: string): Promise<readonly string[]> {
  const name = host.toLowerCase()
  try {
    if (host.startsWith('/')) return [await realpath(host)]
    const found = await lookup(name, { all: true })
    return [name, ...found.map(({ address }) => (isLoopback(address) ? 'loopback' : address))]
  } catch {
    // Whoever connects says what is wrong with it.
    return [name]
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

/**
 * Whether two sessions are on one server, whatever their addresses say: a lock with a key that nobody could guess is
 * taken in the one, and looked for in the other's list of locks. That list is the whole server's, every role may read it,
 * and it shows through port forwards and poolers. Writes nothing. `holder` must not be in a transaction.
 */
export async function areOneServer(holder: SqlRunner, other: SqlRunner): Promise<boolean> {
  const [high, low] = [randomBytes(4).readUInt32BE(), randomBytes(4).readUInt32BE()]
  await holder.query('BEGIN READ ONLY')
  try {
    const key = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))
    await holder.query(`SELECT pg_catalog.pg_advisory_xact_lock($1::pg_catalog.int8)`, [String(key)])
    // It must be seen where it is held, or not seeing it elsewhere says nothing.
    if (!(await sees(holder, high, low))) return true
    return await sees(other, high, low)
  } finally {
    await holder.query('ROLLBACK')
  }
}

/** 13 to 18: a key of 64 bits is shown in two halves, with 1 behind them. */
async function sees(sql: SqlRunner, high: number, low: number): Promise<boolean> {
  const rows = await sql.query(
    `SELECT FROM pg_catalog.pg_locks AS l WHERE l.locktype = 'advisory' AND l.objsubid = 1
      AND l.classid::pg_catalog.int8 = $1::pg_catalog.int8 AND l.objid::pg_catalog.int8 = $2::pg_catalog.int8`,
    [String(high), String(low)],
  )
  return rows.length > 0
}
