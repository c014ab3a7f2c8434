import type { HeldLock } from './types.ts'

/** From the weakest to the strongest, as "Table-Level Locks" of PostgreSQL's documentation lists them. */
const modes: Readonly<Record<string, { readonly name: string; readonly blocks: HeldLock['blocks'] }>> = {
  AccessShareLock: { name: 'ACCESS SHARE', blocks: 'nothing' },
  RowShareLock: { name: 'ROW SHARE', blocks: 'nothing' },
  RowExclusiveLock: { name: 'ROW EXCLUSIVE', blocks: 'nothing' },
  ShareUpdateExclusiveLock: { name: 'SHARE UPDATE EXCLUSIVE', blocks: 'schema changes' },
  ShareLock: { name: 'SHARE', blocks: 'writes' },
  ShareRowExclusiveLock: { name: 'SHARE ROW EXCLUSIVE', blocks: 'writes' },
  ExclusiveLock: { name: 'EXCLUSIVE', blocks: 'writes' },
  AccessExclusiveLock: { name: 'ACCESS EXCLUSIVE', blocks: 'reads and writes' },
}

const order = Object.keys(modes)

export function strengthOf(mode: string): number {
  return order.indexOf(mode)
}

export function describeMode(mode: string): { readonly name: string; readonly blocks: HeldLock['blocks'] } {
  return modes[mode] ?? { name: mode, blocks: 'nothing' }
}
