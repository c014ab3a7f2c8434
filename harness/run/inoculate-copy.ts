import { randomInt } from 'node:crypto'
import { compareAccess, findViewers, judgeWrites } from '../behaviour/index.ts'
import type { ConfigValues } from '../config/index.ts'
import { compareFacts, type CheckId, type CompareOptions } from '../compare/index.ts'
import { formatCount } from '../core/index.ts'
import type { AccessFacts, Facts } from '../facts/index.ts'
import { catalogue, inoculate, readSizes, type InoculationReport, type Patient } from '../inoculation/index.ts'
import type { Session } from '../postgres/index.ts'
import type { RehearsalRecord } from '../report/index.ts'
import { comparisonOf, type RestoredCopy } from './compare-restored.ts'
import type { FindingBook } from './finding-book.ts'
import { asOnNewServer } from './foreign-roles.ts'
import { accessOptions } from './judge-behaviour.ts'
import type { Situation } from './situation.ts'
import type { StartedEngine } from './start-engine.ts'

/** Breaks of one rehearsal, unless it is asked for more. */
const usually = 5

export interface InoculatedCopy extends RestoredCopy {
  readonly engine: StartedEngine
}

/**
 * Every rehearsal proves that it could have gone red: the copy is broken in some ways, and each has to be seen by the
 * comparison that this rehearsal is made of. `compared` is the baseline as the copy's server prints it. Without facts of
 * the dump's own snapshot, the broken copy is held against itself as it was before.
 */
export async function inoculateCopy(
  copy: InoculatedCopy,
  compared: Facts | null,
  session: Session,
  situation: Situation,
  book: FindingBook,
): Promise<InoculationReport> {
  const { values } = situation.config
  const isExact = compared !== null && compared.source !== 'live'
  const baseline: Facts = isExact ? compared : { ...copy.facts, source: 'dump-snapshot' }
  const usual = comparisonOf(copy, baseline, values)
  const options = isExact ? usual : { ...usual, loaded: [] }
  const access = values.expect === 'full' ? (compared?.access ?? null) : null
  const patient = await describePatient(copy, options, access, session, book)
  const report = await inoculate(session, {
    patient,
    breaks: catalogue.filter(({ check }) => isAsked(check, values)),
    seed: situation.inoculation?.seed ?? randomInt(2 ** 32),
    wanted: situation.inoculation?.wanted ?? usually,
    against: isExact ? 'baseline' : 'the copy before',
    facts: copy.facts,
    settled: (facts) => asOnNewServer(facts, copy.engine.server, copy.database, copy.choice),
    fingerprint: values.depth === 'rows',
    viewers: access ? await findViewers(session, access, values.access.roles) : [],
    before: isExact ? access : null,
    isCutOff: patient.isCutOff,
    signal: situation.signal,
    eyes: {
      facts: (restored) => compareFacts({ ...options, restored }),
      access: (before, after) => compareAccess(before, after, accessOptions(copy, baseline, values)),
      writes: (probe) => judgeWrites(probe, { definitions: 'differ', behindBefore: new Set() }),
    },
  })
  judgeInoculation(report, book)
  return report
}

async function describePatient(
  { facts, engine: { server } }: InoculatedCopy,
  { baseline, notCovered, carries, depth }: CompareOptions,
  access: AccessFacts | null,
  session: Session,
  book: FindingBook,
): Promise<Patient> {
  const [row] = await session.query(
    'SELECT r.rolsuper::text AS super FROM pg_catalog.pg_roles AS r WHERE r.rolname = session_user',
  )
  const provided = new Set([...(notCovered?.schemas ?? []), ...(notCovered?.withoutRows ?? [])])
  const named = new Set(book.findings.flatMap(({ status, object }) => (status === 'same' ? [] : (object ?? []))))
  const known = new Set(baseline.schemas)
  return {
    facts,
    named,
    isCompared: (schema, identity) =>
      !provided.has(schema) && !provided.has(identity) && (known.has(schema) || !facts.schemas.includes(schema)),
    isComparedRole: (name) => carries?.roles === true && !server.foreign && !(notCovered?.roles ?? []).includes(name),
    spellsAlike: baseline.server.major === facts.server.major,
    comparesContent: depth !== 'counts',
    carriesDatabase: carries?.database === true,
    bytes: await readSizes(session),
    isSuperuser: row?.['super'] === 'true',
    isCutOff: server.isolation.network !== 'host',
    access,
  }
}

const ofRows: ReadonlySet<CheckId> = new Set(['row counts', 'row content', 'sequences'])
const ofDefinitions: ReadonlySet<CheckId> = new Set(['tables', 'schema'])

/** What half a backup is not asked for is not looked at either. */
function isAsked(check: CheckId, { expect }: ConfigValues): boolean {
  return expect === 'full' || (expect === 'schema' ? ofDefinitions : ofRows).has(check)
}

/** A check that did not see what it has to see is no proof: the answer is then open. */
export function judgeInoculation({ breaks, wanted, leftBehind }: InoculationReport, book: FindingBook): void {
  for (const { name, object, check, seen, message } of breaks) {
    if (seen) book.same('inoculation', object, `${name}: seen by ${check}`)
    else {
      const instead = message === null ? '' : `, and said: ${message}`
      const remedy = 'trust no answer of this check before it is mended: report it with the seed of this rehearsal'
      book.notChecked('inoculation', object, `${name}, ${object}: the check ${check} did not see it${instead}`, remedy)
    }
  }
  const remedy = 'rehearse with a role that may change the copy, or say `inoculate: false`'
  if (breaks.length === 0)
    book.notChecked('inoculation', null, 'nothing in the copy could be broken: no check was seen to see', remedy)
  else if (breaks.length < wanted) {
    const message = `only ${formatCount(breaks.length)} of ${wanted} ways to break the copy were possible here`
    book.notice('inoculation', null, message, remedy)
  }
  for (const object of leftBehind) {
    const message = `${object} is not as it was before the copy was broken on purpose`
    book.notChecked('inoculation', object, message, 'report it: specs may have seen a changed copy')
  }
}

/** For the evidence. */
export function recordInoculation(report: InoculationReport | null): RehearsalRecord['inoculation'] {
  if (report === null) return null
  const { leftBehind: _, ...record } = report
  return record
}
