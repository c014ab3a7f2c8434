import { byKindAndIdentity, objectsOf } from './read-objects.ts'
import type { QueryScope } from './queries/catalogue-query.ts'
import { catalogueQueries } from './queries/index.ts'
import type { Readings } from './readings.ts'
import type { ObjectFact, ObjectKind } from './types.ts'

/** To spell these the server opens the table, once a session: one session asks for them all, as long as another has other work. */
const whatOpensTables: readonly ObjectKind[] = [
  'index',
  'constraint',
  'policy',
  'view',
  'materialized view',
  'rule',
  'statistics',
  'publication',
]

/** Most rows, and no table opened for them. */
const whatIsLong: readonly ObjectKind[] = ['trigger', 'table', 'sequence', 'function', 'column']

/** Catalogue queries that are still to be asked, for as many sessions as take from it. */
export class ObjectQueue {
  readonly #scope: QueryScope
  readonly #signal: AbortSignal | undefined
  readonly #answers = new Map<number, readonly ObjectFact[]>()
  /** Places in {@link catalogueQueries}. */
  #waiting: number[]

  constructor(scope: QueryScope, signal?: AbortSignal) {
    this.#scope = scope
    this.#signal = signal
    this.#waiting = [...catalogueQueries.keys()].toSorted((a, b) => turnOf(a) - turnOf(b))
  }

  /** Asks until nothing waits; one session from the front, the others from the back. */
  async readFrom(readings: Readings, end: 'front' | 'back'): Promise<void> {
    for (;;) {
      this.#signal?.throwIfAborted()
      const place = end === 'front' ? this.#waiting.shift() : this.#waiting.pop()
      const query = place === undefined ? undefined : catalogueQueries[place]
      if (place === undefined || query === undefined) return
      const text = query.text(this.#scope)
      const rows = query.mayFail ? await readings.readAllOrNone(text) : await readings.readAll(text)
      this.#answers.set(place, objectsOf(query, rows))
    }
  }

  /** What was read, by kind and identity. */
  get facts(): ObjectFact[] {
    const answers = [...catalogueQueries.keys()].flatMap((place) => this.#answers.get(place) ?? [])
    return answers.sort(byKindAndIdentity)
  }

  /** Nothing more will be taken. */
  stop(): void {
    this.#waiting = []
  }
}

function turnOf(place: number): number {
  const kind = catalogueQueries[place]?.kind
  const opening = whatOpensTables.findIndex((one) => one === kind)
  return opening === -1 ? 100 + whatIsLong.findIndex((one) => one === kind) : opening
}
