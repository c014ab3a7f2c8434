import type { Facts } from '../facts/index.ts'
import { spell } from './changed-tables.ts'
import type { Catalogue } from './read-catalogue.ts'
import { nameOf } from './rename-map.ts'
import type { Rewrite } from './types.ts'

const kinds: Readonly<Record<string, Rewrite['kind']>> = { r: 'table', i: 'index', m: 'materialized view' }

/** Relations that were written anew, the largest first: each took the time, the disk and the lock for it. */
export function findRewrites(was: Catalogue, is: Catalogue, after: Facts): Rewrite[] {
  const rowsNow = new Map(after.tables.map((table) => [spell(table), table.rows]))
  const rewrites: Rewrite[] = []
  for (const before of was.values()) {
    const now = is.get(before.oid)
    const kind = kinds[before.kind]
    if (now === undefined || kind === undefined || before.file === null || now.file === before.file) continue
    const isEmptied = before.bytes > 0 && rowsNow.get(nameOf(now)) === '0'
    rewrites.push({
      relation: nameOf(now),
      kind,
      how: isEmptied ? 'emptied' : 'rewritten',
      bytesBefore: before.bytes,
      bytesAfter: now.bytes,
    })
  }
  return rewrites.sort((a, b) => b.bytesBefore - a.bytesBefore || (a.relation < b.relation ? -1 : 1))
}
