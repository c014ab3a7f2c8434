import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { User } from './user.ts'

const minuteMs = 60_000
/** When each user's migration begins: an hour from when its day does. */
const begins = new WeakMap<User, string>()

function timeOf(user: User): string {
  const known = begins.get(user)
  if (known !== undefined) return known
  const time = new Date(Date.now() + 60 * minuteMs).toISOString()
  begins.set(user, time)
  return time
}

/** The command's clock at so many minutes before the migration. */
function comeTo(user: User, minutes: number): string {
  const time = timeOf(user)
  user.movedMs = new Date(time).getTime() - minutes * minuteMs - Date.now()
  return `checklist --migration ${time}`
}

const sign = async (user: User, item: string) =>
  user.does(`checklist sign --migration ${timeOf(user)} --item ${item} --name`, 'Grace Hopper')

async function timeline(user: User): Promise<void> {
  expect(await user.does(comeTo(user, 60))).toContain('GO SO FAR')
  await user.backsUp(' --label pre-migration')
  await sign(user, 'rollback-plan')

  // The day rests on an older set of that label as long as the new one has not been rehearsed.
  expect(await user.gets(1, comeTo(user, 30))).toMatch(/NO-GO: 1 of \d+ missing: team-told/)
  await sign(user, 'team-told')
  await user.does('verify')
  await user.does('run')

  expect(await user.does(comeTo(user, 15))).toContain('GO SO FAR')
  const before = await readdir(user.project.path('backups'))
  await user.backsUp(' --label pre-migration')
  expect(await readdir(user.project.path('backups'))).toHaveLength(before.length + 1)

  expect(await user.gets(1, comeTo(user, 0))).toMatch(/NO-GO: 1 of \d+ missing: sign-off/)
}

async function criteria(user: User): Promise<void> {
  await sign(user, 'sign-off')
  expect(await user.does(comeTo(user, 0))).toContain('GO: everything is done')
}

/** The strategy's last hour before a migration, and its criteria. */
export const day = { timeline, criteria }
