import { availableParallelism } from 'node:os'
import { Fault } from '../core/index.ts'
import {
  asConfigured,
  compareAccess,
  findViewers,
  judgeWrites,
  listViewers,
  observeAccess,
  probeWrites,
  tryConstraints,
  type AccessRequest,
  type CompareAccessOptions,
} from '../behaviour/index.ts'
import type { ConfigValues } from '../config/index.ts'
import type { CheckId, Finding } from '../compare/index.ts'
import { beginReadOnly, type AccessFacts, type Facts } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'
import { isWant } from './hold-back.ts'
import { lookAgain } from './look-again.ts'
import type { RestoredSet } from './restore-set.ts'
import type { Situation } from './situation.ts'
import type { StartedEngine } from './start-engine.ts'

/* What production did in its time, which is shorter, is done on the copy too. */
const onCopy = { statementTimeoutMs: 120_000, deadlineMs: 900_000 } as const
const ofWrites = { statementTimeoutMs: 2_000, deadlineMs: 120_000 } as const
const lockTimeoutMs = 10_000

/** Who sees what of production, in the transactions that its facts were taken in. */
export async function observeViewers(
  sessions: readonly Session[],
  facts: Facts,
  request: AccessRequest,
  signal: AbortSignal,
): Promise<AccessFacts> {
  const fingerprint = facts.source === 'dump-snapshot'
  return await lookAgain(sessions, {
    schemas: facts.schemas,
    fingerprint,
    request,
    before: null,
    isSource: true,
    signal,
  })
}

export interface BehavingCopy {
  readonly engine: StartedEngine
  readonly restored: RestoredSet
  readonly facts: Facts
}

/** What the restored database does, beyond what it is: who sees what, and whether it can be written to. */
export async function judgeBehaviour(
  copy: BehavingCopy,
  baseline: Facts | null,
  situation: Situation,
  book: FindingBook,
): Promise<void> {
  if (situation.config.values.expect !== 'full') return
  const { platform, server } = copy.engine
  // Made on a server that is not ours, the project's owner has none of the rights that his functions and views read with.
  const isOwnerLaid = server.foreign !== undefined && platform.roles.includes('postgres')
  const held = holdBackAll(copy.restored.ledger, isOwnerLaid)
  await judging('access', book, async () => {
    if (!baseline?.access) return
    await using opened = new AsyncDisposableStack()
    const sessions: Session[] = []
    while (sessions.length < availableParallelism()) sessions.push(opened.use(await openCopy(copy, situation)))
    book.add((await compareViewers(sessions, copy, baseline, baseline.access, situation)).map(held))
  })
  await judging('writes', book, async () => {
    await using session = await openCopy(copy, situation)
    book.add((await tryWrites(session, copy, baseline, situation, book)).map(held))
  })
}

async function openCopy({ engine, restored }: BehavingCopy, { signal }: Situation): Promise<Session> {
  return await engine.server.connect(restored.database, { signal })
}

/** Over several sessions, as nobody writes to the copy meanwhile. */
async function compareViewers(
  sessions: readonly Session[],
  { engine, facts }: BehavingCopy,
  baseline: Facts,
  before: AccessFacts,
  { config, signal }: Situation,
): Promise<readonly Finding[]> {
  const { access } = config.values
  const [first] = sessions
  if (!first) throw new TypeError('one session at least')
  for (const session of sessions) {
    await beginReadOnly(session, { statementTimeoutMs: onCopy.statementTimeoutMs, lockTimeoutMs })
  }
  const viewers = await findViewers(first, before, access.roles)
  const fingerprint = baseline.source !== 'live'
  const after = await observeAccess(sessions, { ...onCopy, viewers, schemas: facts.schemas, fingerprint, signal })
  for (const session of sessions) await session.query('ROLLBACK')
  const unknown = access.roles
    .map(asConfigured)
    .filter(({ name }) => !before.viewers.some((viewer) => viewer.name === name))
  return [
    ...compareAccess(before, after, accessOptions({ engine, facts }, baseline, config.values)),
    ...unknown.map(({ name }) => neverLooked(name)),
  ]
}

/** How what everybody sees of two databases is compared. */
export function accessOptions(
  { engine, facts }: Pick<BehavingCopy, 'engine' | 'facts'>,
  baseline: Facts,
  { tolerances }: ConfigValues,
): CompareAccessOptions {
  return {
    baseline,
    restored: facts,
    baselineKind: baseline.source === 'live' ? 'live' : 'dump-snapshot',
    notCovered: engine.platform.schemas,
    driftOf: (relation) => tolerances.tables[relation] ?? tolerances.rows,
  }
}

function neverLooked(name: string): Finding {
  return {
    check: 'access',
    status: 'not-checked',
    object: name,
    notice: false,
    message: `config names ${name}, and the baseline was recorded without it`,
    expected: null,
    actual: null,
    remedy: 'record a new baseline with this config',
    attribution: null,
  }
}

async function tryWrites(
  session: Session,
  { engine, facts }: BehavingCopy,
  baseline: Facts | null,
  { config, signal }: Situation,
  book: FindingBook,
): Promise<readonly Finding[]> {
  // ALTER DATABASE … SET role would make us somebody who may write less.
  await session.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  const viewers = await listViewers(session, config.values.access)
  const isCutOff = engine.server.isolation.network !== 'host'
  const probe = await probeWrites(session, facts, { ...ofWrites, viewers, isCutOff, signal })
  const differing = book.findings.some(
    ({ check, status, notice }) => definitionChecks.has(check) && status === 'differs' && !notice,
  )
  const behindBefore = new Set(
    book.findings.flatMap(({ check, notice, object }) => (check === 'sequences' && notice ? (object ?? []) : [])),
  )
  const definitions = baseline === null ? 'unknown' : differing ? 'differ' : 'same'
  const unmet = await tryConstraints(session, facts.schemas, onCopy.statementTimeoutMs)
  const hasStandIns = engine.platform.schemas.length > 0
  return [...judgeWrites(probe, { definitions, behindBefore, hasStandIns }), ...unmet]
}

const definitionChecks: ReadonlySet<CheckId> = new Set(['schema', 'tables', 'restore'])

/** Where the engine could not make something for want of an extension, the backup is not to blame for what follows. */
export function holdBackAll(
  { refused, missingExtensions }: RestoreLedger,
  isOwnerLaid = false,
): (finding: Finding) => Finding {
  const isLacking = isOwnerLaid || refused.some((statement) => isWant(statement) && !/EXTENSION/.test(statement.verb))
  const extensions = missingExtensions.join(', ') || 'a superuser'
  return (finding) => {
    if (!isLacking || finding.status !== 'differs' || finding.notice || finding.check === 'sequences') return finding
    const message = `${finding.message}: objects that need ${extensions} could not be made here`
    return { ...finding, status: 'not-checked', message, remedy: `rehearse with an engine that has ${extensions}` }
  }
}

/** A statement of ours that the server did not take leaves the check open; what ends the server ends the rehearsal. */
async function judging(check: CheckId, book: FindingBook, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (!(thrown instanceof Fault) || (thrown.code !== 'E_SQL' && thrown.code !== 'E_TIMEOUT')) throw thrown
    book.fault(check, null, thrown)
  }
}
