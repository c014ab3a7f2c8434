import { identifierOf, isWord, type Token } from './tokens.ts'

/** Gathers who is a superuser, and who gives memberships that nobody gave them the right to give. */
export class RoleDraft {
  readonly #superusers = new Set<string>()
  readonly #grantors = new Set<string>()
  /** Role and member, of those who may give it on. */
  readonly #admins = new Set<string>()

  add(verb: string, tokens: readonly Token[]): void {
    if (verb === 'CREATE ROLE' || verb.startsWith('ALTER ROLE')) this.#attributes(tokens)
    else if (verb === 'GRANT') this.#grant(tokens)
  }

  get superusers(): readonly string[] {
    return [...this.#superusers].sort()
  }

  get grantors(): readonly string[] {
    return [...this.#grantors].sort()
  }

  /** `ALTER ROLE a WITH SUPERUSER …`; the last word counts. */
  #attributes(tokens: readonly Token[]): void {
    const role = identifierOf(tokens[2])
    if (role === null || isWord(tokens[3], 'SET') || isWord(tokens[3], 'IN')) return
    for (const token of tokens.slice(3)) {
      if (isWord(token, 'SUPERUSER')) this.#superusers.add(role)
      if (isWord(token, 'NOSUPERUSER')) this.#superusers.delete(role)
    }
  }

  /** `GRANT a TO b WITH ADMIN OPTION, … GRANTED BY c` as pg_dumpall writes it, who may give it on first. */
  #grant(tokens: readonly Token[]): void {
    const [, role, to, member] = tokens
    if (!isWord(to, 'TO')) return
    const isAdmin = tokens.some((token, at) => isWord(token, 'ADMIN') && !isWord(tokens[at + 1], 'FALSE'))
    if (isAdmin) this.#admins.add(keyOf(role, member))
    const by = tokens.findIndex((token, at) => isWord(token, 'GRANTED') && isWord(tokens[at + 1], 'BY'))
    const grantor = by < 0 ? null : identifierOf(tokens[by + 2])
    if (grantor !== null && !this.#admins.has(keyOf(role, tokens[by + 2]))) this.#grantors.add(grantor)
  }
}

function keyOf(role: Token | undefined, member: Token | undefined): string {
  return JSON.stringify([identifierOf(role), identifierOf(member)])
}
