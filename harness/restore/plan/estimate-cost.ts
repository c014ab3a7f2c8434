import type { OutlineEntry } from '../../dump/index.ts'
import type { Touch } from './uses.ts'

/**
 * How long an entry keeps a server busy, in bytes of COPY that would take as long: what matters is which chain of work
 * is the longest, so rough factors do. From builds over the same rows on PostgreSQL 15 and 17: a B-tree takes about a
 * third of its table's COPY, a GIN index over jsonb more than all of it.
 */
export function estimateCost(
  entry: OutlineEntry,
  touches: readonly Touch[],
  bytesOf: ReadonlyMap<string, number>,
): number {
  switch (entry.kind) {
    case 'copy':
      return statementCost + entry.data.to - entry.data.from
    case 'inserts':
      return statementCost + insertFactor * (entry.range.to - entry.range.from)
    case 'transaction':
      return statementCost + entry.range.to - entry.range.from
    case 'statement': {
      const bytes = Math.max(0, ...touches.map(({ key }) => bytesOf.get(key) ?? 0))
      return statementCost + bytes * factorOf(entry.verb, entry.text)
    }
    case 'connect':
      return statementCost
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}

/** A statement that reads no rows. */
const statementCost = 10_000
/** INSERTs are parsed, here into COPY or by the server. */
const insertFactor = 1.5

const methodFactors: Readonly<Record<string, number>> = {
  btree: 0.35,
  hash: 0.4,
  gin: 1.2,
  gist: 2,
  spgist: 1.5,
  brin: 0.1,
  ivfflat: 3,
  hnsw: 20,
}

function factorOf(verb: string, text: Buffer): number {
  if (verb === 'CREATE INDEX') {
    const method = /\bUSING ([a-z]+)/.exec(text.toString('latin1', 0, 4_096))?.[1] ?? 'btree'
    return methodFactors[method] ?? 1
  }
  if (verb === 'ALTER TABLE ADD CONSTRAINT') return /\bEXCLUDE\b/.test(text.toString('latin1')) ? 2 : 0.35
  return 0
}
