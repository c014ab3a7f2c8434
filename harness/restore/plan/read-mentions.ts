import { nameAt, tokensOf, type OutlineEntry, type Token } from '../../dump/index.ts'
import { relationKey, type Touch } from './uses.ts'

/** Statements that make tables and sequences, or say more of ones that were made: whatever they need they name. */
const definitions: ReadonlySet<string> = new Set([
  'CREATE TABLE',
  'CREATE SEQUENCE',
  'ALTER TABLE OWNER TO',
  'ALTER TABLE ALTER COLUMN ADD GENERATED',
  'ALTER TABLE ALTER COLUMN SET DEFAULT',
  'ALTER TABLE ATTACH PARTITION',
  'ALTER SEQUENCE OWNER TO',
  'ALTER SEQUENCE OWNED BY',
  'COMMENT ON TABLE',
  'COMMENT ON COLUMN',
])

/** Longer ones are rare, and may as well stand alone. */
const longest = 65_536

/**
 * The relations that a definition names, itself among them; null for any other entry. Only where search_path is empty:
 * a name without a schema is the server's own there. What is named twice is named in the same order: functions and types
 * come of statements that nothing is reordered with.
 */
export function readMentions(entry: OutlineEntry): readonly Touch[] | null {
  if (entry.kind !== 'statement' || !definitions.has(entry.verb) || entry.text.length > longest) return null
  const keys = new Set<string>()
  gather(tokensOf(entry.text.toString()).toArray(), keys)
  return [...keys].map((key) => ({ key, use: 'ordered' }))
}

/** `a.b` and `a.b.c` alike: the column of a relation, or a relation and something else's schema. */
function gather(tokens: readonly Token[], keys: Set<string>): void {
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]
    // nextval('public.items_id_seq'::regclass)
    if (token?.kind === 'text' && token.text.includes('.')) gather(tokensOf(token.text).toArray(), keys)
    const name = nameAt(tokens, at)
    if (name === null) continue
    at = name.end - 1
    if (name.parts.length > 1) keys.add(relationKey(name.parts[0] ?? '', name.parts[1] ?? ''))
  }
}
