import { quoteIdentifier } from '../../core/index.ts'
import { identifierOf, isWord, tokensOf } from '../../dump/index.ts'
import type { Session } from '../../postgres/index.ts'

/**
 * Hosted servers let an ordinary role own event triggers; PostgreSQL asks for a superuser, at the moment of the change
 * alone. On a server that is ours alone the owner is one for that long: one transaction, which nobody sees into, and in
 * which no code of the dump runs (event triggers fire for neither of its statements).
 * https://www.postgresql.org/docs/current/sql-altereventtrigger.html
 */
export async function ownEventTrigger(session: Session, text: Uint8Array): Promise<boolean> {
  const change = readOwnership(Buffer.from(text).toString('utf8'))
  if (change === null) return false
  const [trigger, owner] = [quoteIdentifier(change.trigger), quoteIdentifier(change.owner)]
  // Sent as one text, and so one transaction. Who is refused this for another reason stays refused.
  const { ok } = await session.execute(
    `ALTER ROLE ${owner} SUPERUSER; ALTER EVENT TRIGGER ${trigger} OWNER TO ${owner}; ALTER ROLE ${owner} NOSUPERUSER`,
  )
  return ok
}

/** `ALTER EVENT TRIGGER a OWNER TO b`, and nothing else. */
function readOwnership(text: string): { readonly trigger: string; readonly owner: string } | null {
  const tokens = tokensOf(text).toArray()
  const words = ['ALTER', 'EVENT', 'TRIGGER', null, 'OWNER', 'TO', null]
  const [trigger, owner] = [identifierOf(tokens[3]), identifierOf(tokens[6])]
  if (trigger === null || owner === null) return null
  if (!words.every((word, at) => word === null || isWord(tokens[at], word))) return null
  return tokens.slice(words.length).every((token) => token.text === ';') ? { trigger, owner } : null
}
