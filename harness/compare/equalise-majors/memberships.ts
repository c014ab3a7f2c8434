import { rewrite, withProperties, type MajorRule } from './rule.ts'

/**
 * Postgres 16 made it a matter of each membership whether its privileges are inherited; before, it was one of the member
 * (https://www.postgresql.org/docs/16/release-16.html).
 */
export const memberships: MajorRule = {
  since: 16,
  equalise: (older, newer) => [
    rewrite(older, 'role', (role) =>
      withMemberships(role, (membership) =>
        role.properties['inherit'] === 'false' ? `${membership} without inherit` : membership,
      ),
    ),
    rewrite(newer, 'role', (role) => withMemberships(role, (membership) => membership)),
  ],
}

function withMemberships(
  role: Parameters<typeof withProperties>[0],
  spell: (membership: string) => string,
): typeof role {
  const memberOf = role.properties['member of'] ?? null
  if (memberOf === null) return role
  return withProperties(role, { 'member of': memberOf.split(', ').map(spell).sort().join(', ') })
}
