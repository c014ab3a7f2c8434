/** Who may do what, as the property `privileges` spells it: a line a grantee, `app: INSERT, SELECT* (by owner)`. */
export type Grants = ReadonlySet<string>

const line = /^(.*): ([A-Z* ,]+?)(?: \(by .*\))?$/

/** `app INSERT`, and `app INSERT with grant option`: one entry for each thing that somebody may do. */
export function grantsOf(privileges: string | null): Grants {
  const grants = new Set<string>()
  for (const [, grantee, list] of (privileges ?? '').split('\n').map((text) => line.exec(text) ?? [])) {
    for (const privilege of (list ?? '').split(', ').filter(Boolean)) {
      grants.add(`${grantee} ${privilege.replace('*', '')}`)
      if (privilege.endsWith('*')) grants.add(`${grantee} ${privilege.replace('*', '')} with grant option`)
    }
  }
  return grants
}

/** What the second list of privileges allows and the first does not. */
export function gainedGrants(before: string | null, after: string | null): string[] {
  const had = grantsOf(before)
  return [...grantsOf(after)].filter((grant) => !had.has(grant))
}

/** `public.t: owner`, `a, b with admin`: entries that only the second list has. */
export function gainedEntries(before: string | null, after: string | null): string[] {
  const entries = (list: string | null): string[] => (list ?? '').split(', ').filter(Boolean)
  const had = new Set(entries(before))
  return entries(after).filter((entry) => !had.has(entry))
}
