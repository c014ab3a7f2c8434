import { scrubLine } from '../core/index.ts'
import type { RunnableConditions } from './configuration-rows.ts'
import { identityOf } from './identity.ts'
import { readLargeObjects } from './read-large-objects.ts'
import { factOfEmpty, isFactOf, listTables, readTables, type TableSource } from './read-tables.ts'
import type { Readings } from './readings.ts'
import type { TableFact } from './types.ts'

export interface TableQueueOptions {
  readonly fingerprint: boolean
  readonly known?: ReadonlyMap<string, TableFact>
  readonly onTable?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
}

/** Tables that are still to be read, the biggest first, for as many sessions as take from it. */
export class TableQueue {
  readonly #options: TableQueueOptions
  readonly #major: number
  readonly #total: number
  readonly #facts: TableFact[]
  #waiting: (TableSource | 'large objects')[]
  /** OIDs of tables that are read together. */
  #small: ReadonlySet<string> = new Set()
  /** OIDs of what has an empty file, or none. */
  #withoutBytes: ReadonlySet<string> = new Set()

  private constructor(
    options: TableQueueOptions,
    major: number,
    parts: { readonly waiting: readonly TableSource[]; readonly facts: readonly TableFact[] },
  ) {
    this.#options = options
    this.#major = major
    this.#facts = [...parts.facts]
    this.#total = parts.waiting.length + parts.facts.length
    this.#waiting = [...parts.waiting, 'large objects']
  }

  static async open(
    readings: Readings,
    scope: { readonly major: number; readonly schemas: string; readonly conditions?: RunnableConditions },
    options: TableQueueOptions,
  ): Promise<TableQueue> {
    const waiting: TableSource[] = []
    const facts: TableFact[] = []
    for (const source of await listTables(readings, scope.schemas, scope)) {
      const fact = options.known?.get(identityOf([source.schema, source.name]))
      if (fact && isFactOf(fact, source, options.fingerprint)) facts.push(fact)
      else waiting.push(source)
    }
    return new TableQueue(options, scope.major, { waiting, facts })
  }

  /** With their TOAST, unless there is nothing: a fingerprint reads that too. Where sizes can't be read, the order stays. */
  async sortBySize(readings: Readings): Promise<void> {
    const oids = this.#waiting.map((source) => (source === 'large objects' ? largeObjects : source.oid))
    const reading = await readings.read(`
      SELECT pg_catalog.json_object_agg(o.oid, CASE pg_catalog.pg_relation_size(o.oid) WHEN 0 THEN 0
        ELSE pg_catalog.pg_table_size(o.oid) END) AS sizes
      FROM pg_catalog.unnest('{${oids.join(',')}}'::pg_catalog.oid[]) AS o (oid)`)
    if ('unreadable' in reading) return
    const sizes = JSON.parse(reading.row['sizes'] ?? '{}') as Readonly<Record<string, number | null>>
    const sizeOf = (source: TableSource | 'large objects'): number =>
      sizes[source === 'large objects' ? largeObjects : source.oid] ?? 0
    this.#waiting = this.#waiting.toSorted((a, b) => sizeOf(b) - sizeOf(a))
    this.#small = new Set(Object.keys(sizes).filter((oid) => oid !== largeObjects && (sizes[oid] ?? 0) <= smallBytes))
    this.#withoutBytes = new Set(Object.keys(sizes).filter((oid) => sizes[oid] === 0))
  }

  /**
   * Takes the tables whose files hold no bytes for empty, once they are sorted, and answers with their identities: of
   * thousands, opening each with its indexes is most of the time. On a restored copy alone: elsewhere a file of no bytes
   * may also be one that was lost, which a reading tells.
   */
  skipEmpty(): ReadonlySet<string> {
    const empty = this.#waiting.filter(
      (source) =>
        source !== 'large objects' &&
        source.isEmptyWithoutBytes &&
        source.condition === null &&
        this.#withoutBytes.has(source.oid),
    ) as TableSource[]
    const taken = new Set<TableSource | 'large objects'>(empty)
    this.#waiting = this.#waiting.filter((source) => !taken.has(source))
    this.#facts.push(...empty.map((source) => factOfEmpty(source, this.#options.fingerprint)))
    return new Set(empty.map(({ schema, name }) => identityOf([schema, name])))
  }

  /** Reads until nothing waits. */
  async readFrom(readings: Readings): Promise<void> {
    const { fingerprint, onTable, signal } = this.#options
    for (;;) {
      signal?.throwIfAborted()
      const source = this.#waiting.shift()
      if (source === undefined) return
      if (source === 'large objects') {
        const fact = await readLargeObjects(readings, this.#major, fingerprint)
        if (fact) this.#facts.push(fact)
      } else {
        const together = [source, ...this.#takeSmall(source)]
        for (const [index, { schema, name }] of together.entries()) {
          onTable?.(this.#done() + index, this.#total, scrubLine(identityOf([schema, name])))
        }
        this.#facts.push(...(await readTables(readings, together, fingerprint)))
      }
    }
  }

  /** The next ones, when that one and they are small. */
  #takeSmall({ oid }: TableSource): readonly TableSource[] {
    const taken: TableSource[] = []
    if (!this.#small.has(oid)) return taken
    while (taken.length < mostTogether - 1) {
      const [next] = this.#waiting
      if (next === undefined || next === 'large objects' || !this.#small.has(next.oid)) break
      taken.push(next)
      this.#waiting.shift()
    }
    return taken
  }

  /** What was read, by schema and name. */
  get facts(): readonly TableFact[] {
    return this.#facts.toSorted((a, b) => compareText(a.schema, b.schema) || compareText(a.name, b.name))
  }

  /** Nothing more will be taken. */
  stop(): void {
    this.#waiting = []
  }

  #done(): number {
    return Math.min(this.#facts.length, this.#total)
  }
}

/** A table of so many bytes is read faster than it is asked for. */
const smallBytes = 128 * 1024
const mostTogether = 25

/** pg_largeobject's OID in every server. https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_largeobject.h */
const largeObjects = '2613'

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
