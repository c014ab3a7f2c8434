import type { SqlRunner } from '../core/index.ts'
import type { AccessFacts } from '../facts/index.ts'
import { asConfigured, asNobody, asStranger, asUser, findUsers, type RoleClaim, type Viewer } from './viewers.ts'

/**
 * Those who looked before, to look again: roles by their names, config's by what they bring, users by the hashes of
 * their ids, as far as these users are in this database.
 */
export async function findViewers(
  sql: SqlRunner,
  { viewers }: AccessFacts,
  roles: readonly RoleClaim[],
): Promise<readonly Viewer[]> {
  const users = await findUsers(sql, [...new Set(viewers.flatMap(({ user }) => user ?? []))])
  const known = new Map(
    [asStranger(), ...roles.map(asConfigured), ...users.map(asUser)].map((viewer) => [viewer.name, viewer]),
  )
  return viewers.flatMap(({ name, role, user }): Viewer[] => {
    const viewer = known.get(name)
    if (viewer) return [viewer]
    return name === role && user === null ? [asNobody(role)] : []
  })
}
