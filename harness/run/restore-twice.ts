import { compareFacts, type Finding } from '../compare/index.ts'
import { formatCount } from '../core/index.ts'
import { sourceNotesOf, type Facts } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import { nameClients, type ChosenRestorer } from './choose-restorer.ts'
import { observeRestored } from './compare-restored.ts'
import { fillViews } from './fill-views.ts'
import { FindingBook } from './finding-book.ts'
import { narrowFindings } from './narrow-findings.ts'
import { restoreSet, type RestoredSet } from './restore-set.ts'
import type { Situation } from './situation.ts'
import { startEngine } from './start-engine.ts'

/** Differences that are written out: where one object is missing, much else differs with it. */
const mostListed = 20

/** Our own restore, to be held against the clients'. */
export interface FirstRestore {
  readonly restored: RestoredSet
  readonly facts: Facts
  /** On the database that our own restore made. */
  readonly session: Session
  readonly source: string | null
  readonly baseline: Facts | null
}

/**
 * `--restorer both`: the same dumps by the stock clients into a second server (roles and databases are the server's, so
 * one server can't take them twice), and everything that is observed in the two databases compared exactly. A difference
 * means that a person who types psql gets another database than the one that was judged here. Returns the clients' name.
 */
export async function restoreTwice(
  choice: DumpChoice,
  { restored, facts, session: ours, source, baseline }: FirstRestore,
  restorer: Extract<ChosenRestorer, { readonly kind: 'stock' | 'both' }>,
  situation: Situation,
  book: FindingBook,
): Promise<string> {
  const engine = await startEngine(choice.restored, baseline, situation)
  await using server = engine.server
  // What the dump itself lacks was said of our own restore; here only what is otherwise counts.
  const aside = new FindingBook()
  const names = { source, baseline, restorer: { ...restorer, kind: 'stock' } as const, outlines: new Map() }
  const again = await restoreSet(choice, engine, names, situation, aside)
  await using session = await server.connect(restored.database, { signal: situation.signal })
  await fillViews(session, again.ledger, sourceNotesOf(baseline), aside)
  const theirs = await observeRestored(engine, restored.database, situation, sourceNotesOf(baseline).conditions)
  const differing = compareFacts({
    baseline: facts,
    restored: theirs,
    baselineKind: 'dump-snapshot',
    carries: { roles: true, database: true },
  }).filter(({ status, notice }) => status === 'differs' && !notice)
  const narrowed = await narrowFindings(differing, facts, ours, session)
  judgeTwins(narrowed, nameClients(restorer.clients, choice.restored), situation, book)
  return again.restorer
}

function judgeTwins(differing: readonly Finding[], name: string, { config }: Situation, book: FindingBook): void {
  if (differing.length === 0) {
    const extent = config.values.depth === 'rows' ? '' : ', as far as definitions and row counts tell'
    book.same('restore', name, `our restore and that of ${name} give the same database${extent}`)
    return
  }
  const remedy = 'this is a defect of rehearse: report it, and rely on --restorer stock until it is mended'
  for (const { object, message, expected, actual } of differing.slice(0, mostListed)) {
    book.differs('restore', object ?? name, `our restore and that of ${name} differ: ${message}`, {
      expected,
      actual,
      remedy,
      attribution: 'restore',
    })
  }
  if (differing.length > mostListed) {
    const more = `${formatCount(differing.length - mostListed)} more differences between our restore and that of ${name}`
    book.differs('restore', name, more, { remedy, attribution: 'restore' })
  }
}
