import { countOf, type Fault, formatBytes } from '../core/index.ts'
import { sourceNotesOf } from '../facts/index.ts'
import type { PlannedCheck } from '../verdict/index.ts'
import {
  chooseDumps,
  isContentUnknown,
  judgeContentKind,
  judgeOtherDumps,
  judgeSizes,
  type DumpChoice,
} from './choose-dumps.ts'
import { chooseRestorer } from './choose-restorer.ts'
import { compareRestored, describeDatabase, observeRestored } from './compare-restored.ts'
import { describeForSpecs } from './describe-for-specs.ts'
import { asOnNewServer } from './foreign-roles.ts'
import { fillViews } from './fill-views.ts'
import { judgeGenerated } from './judge-generated.ts'
import { checkArtefacts, findBackup } from './find-backup.ts'
import type { FindingBook } from './finding-book.ts'
import type { Gathered } from './gathered.ts'
import { holdBackWithheld } from './hold-back-rights.ts'
import { holdSet } from './hold-set.ts'
import { holdBackAll, judgeBehaviour } from './judge-behaviour.ts'
import { inoculateCopy } from './inoculate-copy.ts'
import { judgeEngine } from './judge-engine.ts'
import { judgePasswords } from './judge-passwords.ts'
import { judgeStandIns } from './judge-stand-ins.ts'
import { judgeUnprovable } from './judge-unprovable.ts'
import { findStorage, judgeStorage } from './judge-storage.ts'
import { asLeft, leftToPlatform } from './leave-to-platform.ts'
import { loadBaseline } from './load-baseline.ts'
import { judgeCliDamage } from './platform-damage.ts'
import { judgeRecoveryTime } from './judge-recovery-time.ts'
import { listInert } from './platform-inventory.ts'
import { prepareEvidence } from './prepare-evidence.ts'
import { isUnsafe, readDumps, unreadDumps, type Outlines } from './read-dumps.ts'
import { restoreSet } from './restore-set.ts'
import { restoreTwice } from './restore-twice.ts'
import { runQueries } from './sample-queries.ts'
import { runSpecs } from './run-specs.ts'
import { requireSameServer, serverSince } from './same-server.ts'
import type { Situation } from './situation.ts'
import type { SpecSession } from './spec-runner.ts'
import { startEngine } from './start-engine.ts'
import { unlockBackup } from './unlock-backup.ts'
import { dropScratch, onServer } from './use-server.ts'
import { watchForStillness } from './stillness.ts'
import type { Timeline } from './timeline.ts'

export interface Conductor {
  readonly situation: Situation
  readonly environment: NodeJS.ProcessEnv
  readonly book: FindingBook
  readonly timeline: Timeline
  readonly gathered: Gathered
  /** Started as soon as it is clear that there is something to restore, so that it is ready when it is needed. */
  readonly launchSpecs: () => SpecSession
  readonly planFor: (gathered: Gathered) => readonly PlannedCheck[]
  readonly cleanUp: AsyncDisposableStack
  /** Ends the rehearsal from outside of its sequence. */
  readonly end: (fault: Fault) => void
}

/** The sequence of a rehearsal. Goes on past damage as far as is safe; a fault that ends it is thrown. */
export async function conduct(conductor: Conductor): Promise<void> {
  const { situation, environment, book, timeline, gathered } = conductor
  const { set } = conductor.cleanUp.use(
    await timeline.step(
      'find backup',
      async () => {
        const found = await findBackup(situation, book)
        gathered.set = found
        await holdSet(found, gathered, conductor.cleanUp)
        return unlockBackup(found, situation, environment, book)
      },
      ({ set: { name } }) => name,
    ),
  )
  gathered.set = set
  gathered.storage = await findStorage(set)
  gathered.baseline = await loadBaseline(set, situation, environment, book)
  await prepareEvidence(situation.config.values.out)
  gathered.checks = await timeline.step(
    'check files',
    () => checkArtefacts(set, situation, book),
    ({ length }) => countOf(length, 'file'),
  )
  const outlines: Outlines = new Map()
  gathered.dumps = await timeline.step(
    'read dump',
    () => readDumps(set, situation, outlines, book),
    (dumps) =>
      `${countOf(dumps.length, 'dump')}, ${formatBytes(dumps.reduce((sum, { summary }) => sum + summary.plainBytes, 0))}`,
  )
  const choice = chooseDumps(set, gathered.dumps)
  gathered.choice = choice
  for (const { file } of choice.others) outlines.delete(file)
  const { values } = situation.config
  const databaseIsEmpty = gathered.baseline !== null && gathered.baseline.tables.every(({ rows }) => rows === '0')
  judgeContentKind(choice, values, { databaseIsEmpty, unread: unreadDumps(set, gathered.dumps) }, book)
  if (isContentUnknown(book)) return
  judgeSizes(choice, values, gathered.baseline ? Number(gathered.baseline.server.databaseBytes) : null, book)
  judgeOtherDumps(choice, book)
  if (choice.restored.length === 0 || isUnsafe(choice.restored)) return
  await restoreAndCompare(conductor, choice, outlines)
}

async function restoreAndCompare(conductor: Conductor, choice: DumpChoice, outlines: Outlines): Promise<void> {
  const { situation, book, timeline, gathered, cleanUp, end } = conductor
  const specs = cleanUp.use(conductor.launchSpecs())
  const { engine, restorer } = await timeline.step(
    'start engine',
    async () => {
      const there = onServer(situation, gathered.baseline, conductor.environment)
      const restorer = await chooseRestorer(choice.restored, gathered.baseline, situation, conductor.environment)
      return {
        restorer,
        engine: await startEngine(choice.restored, gathered.baseline, there),
      }
    },
    ({ engine: { server } }) => `PostgreSQL ${server.version}, ${server.kind}`,
  )
  gathered.engine = engine
  cleanUp.defer(() => dropScratch(engine.server, book))
  cleanUp.use(watchForStillness({ server: engine.server, end }))
  const source = gathered.set?.manifest?.source?.database ?? null
  const loaded = await timeline.step(
    'restore',
    () => restoreSet(choice, engine, { source, baseline: gathered.baseline, restorer, outlines }, situation, book),
    ({ ledger }) =>
      [
        countOf(ledger.statementsLoaded, 'statement'),
        countOf(
          ledger.tables.reduce((sum, { rowsLoaded }) => sum + rowsLoaded, 0),
          'row',
        ),
      ].join(', '),
  )
  const usedAsThere = leftToPlatform(engine.server, loaded.ledger, gathered.baseline, engine.platform.publications)
  const restored = { ...loaded, ledger: asLeft(loaded.ledger, usedAsThere) }
  gathered.restored = restored
  judgeRecoveryTime(timeline.steps, { server: engine.server, restored }, situation.config.values, book)
  outlines.clear()
  judgeEngine(engine, restored.ledger, usedAsThere, book)
  await using session = await engine.server.connect(restored.database, { signal: situation.signal })
  await fillViews(session, restored.ledger, sourceNotesOf(gathered.baseline), book)
  await judgeGenerated(session, book)
  const facts = await timeline.step(
    'observe',
    async () =>
      asOnNewServer(
        await observeRestored(engine, restored.database, situation, sourceNotesOf(gathered.baseline).conditions),
        engine.server,
        restored.database,
        choice,
      ),
    describeDatabase,
  )
  gathered.facts = facts
  if (restorer.kind === 'both') {
    const { baseline } = gathered
    const clients = await timeline.step(
      'restore',
      () => restoreTwice(choice, { restored, facts, session, source, baseline }, restorer, situation, book),
      (name) => `again, by ${name}`,
    )
    gathered.restored = { ...restored, restorer: `ours, then ${clients}` }
  }
  const comparison = await timeline.step(
    'compare',
    async () => {
      const { ledger, database } = restored
      const copy = { facts, database, ledger, platform: engine.platform, choice, usedAsThere }
      const comparison = await compareRestored(copy, gathered.baseline, session, situation, book)
      holdBackWithheld(restored, choice, book)
      await judgeBehaviour({ engine, restored, facts }, gathered.baseline, situation, book)
      await runQueries(session, situation.config.values.queries, book)
      book.revise(new Set(['queries']), holdBackAll(ledger))
      judgeUnprovable(choice, book)
      await judgeStorage(gathered.storage, session, situation, book)
      judgeCliDamage(choice, ledger, { baseline: gathered.baseline, restored: facts }, book)
      listInert(gathered.baseline, facts, book)
      await judgeStandIns(session, engine.platform, book)
      await judgePasswords(session, engine.server, choice, book)
      return comparison
    },
    () => countOf(book.findings.filter(({ status, notice }) => status === 'differs' && !notice).length, 'difference'),
  )
  gathered.comparison = comparison
  if (situation.config.values.inoculate) {
    const { database, ledger } = restored
    const copy = { facts, database, ledger, platform: engine.platform, choice, usedAsThere, engine }
    gathered.inoculation = await timeline.step(
      'inoculate',
      () => inoculateCopy(copy, comparison.baseline, session, situation, book),
      ({ breaks, seed }) => `${breaks.filter(({ seen }) => seen).length} of ${breaks.length} breaks seen, seed ${seed}`,
    )
  }
  const context = await describeForSpecs(conductor, choice)
  gathered.specs = await timeline.step(
    'specs',
    async () => {
      const before = await serverSince(session)
      const report = await runSpecs(specs, context, situation.signal)
      await requireSameServer(session, before, () => engine.server.connect(restored.database, situation))
      return report
    },
    ({ tests }) => `${tests.length} tests`,
  )
}
