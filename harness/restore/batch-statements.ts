import type { StatementEntry } from '../dump/index.ts'

/** Statements that may share a transaction with others of their kind, and leave the same as each in its own. */
const batched =
  /^(?:CREATE (?:TABLE|SEQUENCE|VIEW|FUNCTION|PROCEDURE|AGGREGATE|TYPE|DOMAIN|INDEX|TRIGGER|POLICY|RULE|STATISTICS)|ALTER (?:TABLE|SEQUENCE|VIEW|MATERIALIZED VIEW|FUNCTION|PROCEDURE|AGGREGATE|TYPE|DOMAIN|INDEX)(?: (?!ADD VALUE).*)?|COMMENT.*|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SELECT setval|SELECT pg_restore_(?:relation|attribute)_stats)$/

/** So many that the trip to the server and the end of a transaction no longer count; so few that a refusal costs little. */
const most = 100
const mostBytes = 65_536
/** Longer statements take longer than their trip to the server. */
const longest = 16_384

export function mayBatch({ verb, text }: StatementEntry): boolean {
  return text.length <= longest && batched.test(verb)
}

/** Cuts statements, in order, into batches that may be sent as one text. A statement that must stay alone is one. */
export function* batchStatements(entries: readonly StatementEntry[]): Generator<readonly StatementEntry[]> {
  let batch: StatementEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    const isAlone = !mayBatch(entry)
    if (batch.length > 0 && (isAlone || batch.length === most || bytes + entry.text.length > mostBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += entry.text.length
    if (!isAlone) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
