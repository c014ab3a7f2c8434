import type { Finding } from '../compare/index.ts'
import { scrubLine, type SqlRunner } from '../core/index.ts'
import { forgetOwnSettings, pinSettings } from '../facts/index.ts'
import { attempt, isRefusal } from './attempt.ts'
import { catalogue } from './catalogue.ts'
import { numbersFrom, shuffled } from './draw.ts'
import { leftBehind, standing } from './left-behind.ts'
import { lookAfter, lookBefore, type Sight } from './see.ts'
import type { Break, BreakOutcome, InoculationReport, Look, Patient, Target } from './types.ts'

export interface InoculateOptions extends Sight {
  readonly patient: Patient
  /** Draws the breaks, and what they are done to. */
  readonly seed: number
  /** So many breaks are wanted; five. */
  readonly wanted: number
  readonly against: InoculationReport['against']
  /** Those to draw from; all unless given. */
  readonly breaks?: readonly Break[]
}

/** Targets that are tried until the server lets one be broken. */
const mostTries = 4

/** As the checks themselves begin: what the dump sets for its database or its roles is not how it is looked at. */
async function begin(sql: SqlRunner, { isSuperuser }: Patient): Promise<void> {
  await sql.query(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = '60s'`)
  await forgetOwnSettings(sql)
  await pinSettings(sql, { statement_timeout: '60000', lock_timeout: '1000', check_function_bodies: 'off' })
  // What the dump's triggers, rules and keys do about a write is not the question.
  if (isSuperuser) await sql.query('SET LOCAL session_replication_role = replica')
}

/**
 * Breaks a restored copy in several ways, each in a savepoint that is rolled back, and asks each time whether the check
 * that has to see it does. One break a check, as long as there are checks. Leaves the copy as it was: one transaction that is rolled
 * back; sequences, which no rollback brings back, are set back. Nobody else may write to the copy meanwhile. A lost connection throws.
 */
export async function inoculate(sql: SqlRunner, options: InoculateOptions): Promise<InoculationReport> {
  const { patient, seed, wanted, against } = options
  // ALTER DATABASE … SET role would make us somebody who may do less.
  await sql.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  const before = await standing(sql)
  const outcomes: BreakOutcome[] = []
  const looks: Look[] = []
  try {
    await begin(sql, patient)
    const next = numbersFrom(seed)
    const checks = queues(options.breaks ?? catalogue, next)
    while (outcomes.length < wanted && checks.some(({ length }) => length > 0)) {
      for (const queue of checks) {
        if (outcomes.length >= wanted) break
        const done = await breakOnce(sql, queue, next, options)
        if (!done) continue
        outcomes.push(done.outcome)
        looks.push(done.target.look)
      }
    }
  } finally {
    await sql.query('ROLLBACK')
    await before.bringBack(sql)
  }
  return {
    seed,
    wanted,
    breaks: outcomes,
    against,
    leftBehind: await leftBehind(sql, options, looks),
  }
}

/** What no check says anything of yet: something red that was red before would prove nothing. */
function targetsOf(one: Break, patient: Patient, next: () => number): readonly Target[] {
  const fresh = one.targets(patient).filter(({ object }) => !patient.named.has(scrubLine(object)))
  return shuffled(fresh, next)
}

/** The breaks of each check, in an order that is drawn: it is drawn, too, which checks come first. */
function queues(breaks: readonly Break[], next: () => number): readonly Break[][] {
  const byCheck = Map.groupBy(shuffled(breaks, next), ({ check }) => check)
  return shuffled([...byCheck.values()], next)
}

interface Done {
  readonly outcome: BreakOutcome
  readonly target: Target
}

/** The first of a check's breaks that can be done here: one that can't must not cost the check its turn. */
async function breakOnce(
  sql: SqlRunner,
  queue: Break[],
  next: () => number,
  { patient, ...sight }: Sight & Pick<InoculateOptions, 'patient'>,
): Promise<Done | null> {
  for (let one = queue.shift(); one; one = queue.shift()) {
    sight.signal?.throwIfAborted()
    const done = await tryBreak(sql, one, targetsOf(one, patient, next), sight)
    if (done) return done
  }
  return null
}

async function tryBreak(
  sql: SqlRunner,
  { name, check }: Break,
  targets: readonly Target[],
  sight: Sight,
): Promise<Done | null> {
  for (const target of targets.slice(0, mostTries)) {
    const startMs = performance.now()
    await sql.query('SAVEPOINT rehearsal_break')
    const known = await lookBefore(sql, target.look, sight)
    if (await attempt(sql, () => target.apply(sql))) {
      const object = scrubLine(target.object)
      const { seen, message } = await see(sql, target, known, sight, { check, object })
      await undo(sql)
      const ms = Math.round(performance.now() - startMs)
      return { outcome: { name, object, check, seen, message, ms }, target }
    }
    await undo(sql)
  }
  return null
}

/** Whether the check has something red to say of the very object. A look that the server refuses sees nothing, and is told. */
async function see(
  sql: SqlRunner,
  target: Target,
  known: Awaited<ReturnType<typeof lookBefore>>,
  sight: Sight,
  { check, object }: Pick<BreakOutcome, 'check' | 'object'>,
): Promise<Pick<BreakOutcome, 'seen' | 'message'>> {
  try {
    const findings = await lookAfter(sql, target.look, known, sight)
    const about = findings.filter((finding) => finding.check === check && finding.object === object)
    const red = about.find(isRed)
    return { seen: red !== undefined, message: (red ?? about[0])?.message ?? null }
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown
    return { seen: false, message: thrown.message }
  }
}

async function undo(sql: SqlRunner): Promise<void> {
  await sql.query('ROLLBACK TO SAVEPOINT rehearsal_break; RELEASE SAVEPOINT rehearsal_break')
}

function isRed({ status, notice }: Finding): boolean {
  return status === 'differs' && !notice
}
