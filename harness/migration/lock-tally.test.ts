import { expect, it } from 'vitest'
import { LockTally, type SeenLock } from './lock-tally.ts'

const lock = (relation: string, mode: string, more: Partial<SeenLock> = {}): SeenLock => ({
  pid: '1',
  relation,
  mode,
  granted: true,
  ...more,
})
const nameOf = (relation: string): string | null => (relation === 'new' ? null : `public.${relation}`)

it('names the strongest lock of each relation, the gravest first, and its longest stretch', () => {
  const tally = new LockTally()
  tally.see([lock('a', 'RowExclusiveLock'), lock('b', 'ShareLock'), lock('new', 'AccessExclusiveLock')], 0, 50)
  tally.see([lock('a', 'AccessExclusiveLock'), lock('b', 'ShareLock')], 50, 50)
  tally.see([lock('a', 'AccessExclusiveLock')], 100, 50)
  tally.see([], 150, 50)
  // Taken again: two short locks are not one long one.
  tally.see([lock('b', 'ShareLock')], 1_000, 50)
  const rest = { waiters: 0, waitedMs: 0 }
  expect(tally.list(nameOf)).toEqual([
    { relation: 'public.a', mode: 'ACCESS EXCLUSIVE', blocks: 'reads and writes', heldMs: 100, ...rest },
    { relation: 'public.b', mode: 'SHARE', blocks: 'writes', heldMs: 100, ...rest },
  ])
})

it('counts who waited, and the longest wait', () => {
  const tally = new LockTally()
  const waiting = (pid: string) => lock('a', 'AccessShareLock', { pid, granted: false })
  tally.see([lock('a', 'AccessExclusiveLock'), waiting('2')], 0, 50)
  tally.see([lock('a', 'AccessExclusiveLock'), waiting('2'), waiting('3')], 50, 50)
  expect(tally.list(nameOf)).toMatchObject([{ waiters: 2, waitedMs: 100, heldMs: 100 }])
})

it('a short strong lock does not hide a longer one that others wait for, too', () => {
  const tally = new LockTally()
  tally.see([lock('a', 'ShareLock'), lock('a', 'AccessShareLock')], 0, 50)
  tally.see([lock('a', 'ShareLock'), lock('a', 'AccessShareLock'), lock('a', 'RowExclusiveLock')], 50, 50)
  tally.imply('a', 'AccessExclusiveLock')
  tally.imply('b', 'AccessExclusiveLock')
  expect(tally.list(nameOf).map(({ relation, mode, heldMs }) => [relation, mode, heldMs])).toEqual([
    ['public.a', 'ACCESS EXCLUSIVE', 0],
    ['public.b', 'ACCESS EXCLUSIVE', 0],
    ['public.a', 'SHARE', 100],
  ])
  tally.see([lock('a', 'AccessExclusiveLock')], 200, 50)
  tally.imply('a', 'AccessExclusiveLock')
  expect(tally.list(nameOf)[0]).toMatchObject({ relation: 'public.a', heldMs: 50 })
})
