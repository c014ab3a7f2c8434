import { basename } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { Finding } from '../../compare/index.ts'
import { chooseDumps } from '../choose-dumps.ts'
import { observeRestored, whatItCarries } from '../compare-restored.ts'
import { fillViews } from '../fill-views.ts'
import { checkArtefacts } from '../find-backup.ts'
import type { AccessFacts, Facts } from '../../facts/index.ts'
import type { Session } from '../../postgres/index.ts'
import { lookAgain } from '../look-again.ts'
import { FindingBook } from '../finding-book.ts'
import { isUnsafe, readDumps, type Outlines } from '../read-dumps.ts'
import { restoreSet } from '../restore-set.ts'
import type { Situation } from '../situation.ts'
import { judgeEngine } from '../judge-engine.ts'
import { leftToPlatform } from '../leave-to-platform.ts'
import { leftToSupabase } from '../platform-left-out.ts'
import { startEngine } from '../start-engine.ts'
import { readOnCopy } from './read-on-copy.ts'
import { unlockSide } from './unlock-side.ts'
import type { OpenRequest, Side, SideRequest } from './types.ts'

/** A dump or a set as a side: restored into a disposable server, which stays up until the side is disposed. */
export async function restoreSide(path: string, request: OpenRequest): Promise<Side> {
  await using started = new AsyncDisposableStack()
  const situation = situationOf(path, request)
  const book = new FindingBook()
  const unlocked = started.use(await unlockSide(situation, request.environment, book))
  const { set } = unlocked
  await checkArtefacts(set, situation, book)
  const outlines: Outlines = new Map()
  const dumps = await readDumps(set, situation, outlines, book)
  const choice = chooseDumps(set, dumps)
  if (choice.restored.length === 0 || isUnsafe(choice.restored)) throw notRestorable(path, book)
  const engine = await startEngine(choice.restored, null, situation)
  started.use(engine.server)
  const source = set.manifest?.source?.database ?? null
  const names = { source, baseline: null, restorer: { kind: 'ours' } as const, outlines }
  const restored = await restoreSet(choice, engine, names, situation, book)
  judgeEngine(engine, restored.ledger, leftToPlatform(engine.server, restored.ledger, null, []), book)
  const copy = started.use(await engine.server.connect(restored.database, { signal: request.signal }))
  await fillViews(copy, restored.ledger, request.source, book)
  const observed = await observeRestored(engine, restored.database, situation, request.source.conditions)
  const facts =
    request.depth === 'schema' ? observed : { ...observed, access: await lookAtCopy(copy, observed, request) }
  request.progress.end('observe', `${path}: restored, ${facts.objects.length} objects, ${facts.tables.length} tables`)
  const held = started.move()
  return {
    name: path,
    what: 'backup',
    facts,
    copy,
    session: copy,
    notCovered: leftToSupabase(
      engine.platform,
      choice.restored.map(({ summary }) => summary),
    ),
    carries: whatItCarries(choice),
    findings: book.findings
      .filter(({ status, notice }) => status !== 'same' && !notice)
      .map((one) => asOpen(one, path)),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

/** Who sees what of the copy: as those who looked at the other side, else as its own roles and first users. */
function lookAtCopy(copy: Session, facts: Facts, request: OpenRequest): Promise<AccessFacts> {
  const { before, config, depth, signal } = request
  const look = { before, request: config.values.access, schemas: facts.schemas, fingerprint: depth === 'rows', signal }
  return readOnCopy(copy, () => lookAgain([copy], look))
}

function situationOf(path: string, { config, schemas, clock, progress, signal, engine }: SideRequest): Situation {
  const { values } = config
  const budgets = { ...values.budgets, rpoMs: null }
  return {
    config: { ...config, values: { ...values, budgets, schemas, backup: { ...values.backup, path } } },
    clock,
    progress,
    signal,
    ...(engine ? { engine } : {}),
  }
}

/** What is damaged in a backup says nothing of the two databases: it leaves open what could not be compared. */
function asOpen(finding: Finding, path: string): Finding {
  const { gravity: _, ...rest } = finding
  return {
    ...rest,
    status: 'not-checked',
    message: finding.message.startsWith(basename(path)) ? finding.message : `${basename(path)}: ${finding.message}`,
    remedy: finding.remedy ?? 'rehearse this backup to see what is wrong with it',
  }
}

function notRestorable(path: string, book: FindingBook): Fault {
  const why = book.findings.find(({ status, notice }) => status !== 'same' && !notice)
  return new Fault('E_BACKUP_NONE', `${path} can not be restored${why ? `: ${why.message}` : ''}`, {
    hint: '`rehearse inspect` says what a dump holds and what is wrong with it',
  })
}
