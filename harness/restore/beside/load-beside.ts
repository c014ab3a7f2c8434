import { Fault, quoteQualified, systemClock, type Progress } from '../../core/index.ts'
import type { DumpText, QualifiedName } from '../../dump/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { LoadedTable, RefusedStatement } from '../types.ts'
import { dropForeignDefaults, lockDown } from './lock-down.ts'
import { renameOfRows } from './rename-entry.ts'
import { bytesOf, counting, ownSettings } from './steps.ts'
import type { BesideFile, BesidePlan, BesideStep } from './types.ts'

export interface BesideOptions {
  readonly database: string
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** What came of it. With a `problem` nothing of it is there. */
export interface BesideLoaded {
  readonly problem: string | null
  readonly refused: RefusedStatement | null
  readonly tables: readonly LoadedTable[]
  readonly statements: number
  readonly sequences: number
  /** Columns whose default would have taken numbers from a sequence that is not theirs. */
  readonly withoutDefault: readonly string[]
  readonly ms: number
}

/**
 * Brings tables back under their new names, on one session and in one transaction: the first thing that goes wrong, and a
 * connection that is lost, leave the database as it was. The session is used up.
 */
export async function loadBeside(plan: BesidePlan, session: Session, options: BesideOptions): Promise<BesideLoaded> {
  return new Loader(plan, session, options).load()
}

interface Counts {
  dump: number
  loaded: number
  bytes: number
  ms: number
}

class Loader {
  readonly #plan: BesidePlan
  readonly #session: Session
  readonly #options: BesideOptions
  readonly #rows = new Map<QualifiedName, Counts>()
  readonly #startedMs = systemClock.monotonicMs()
  #statements = 0
  #sequences = 0
  #bytes = 0
  #refused: RefusedStatement | null = null

  constructor(plan: BesidePlan, session: Session, options: BesideOptions) {
    this.#plan = plan
    this.#session = session
    this.#options = options
    for (const { to } of plan.tables) this.#rows.set(to, { dump: 0, loaded: 0, bytes: 0, ms: 0 })
  }

  async load(): Promise<BesideLoaded> {
    const { progress, signal } = this.#options
    const steps = this.#plan.files.flatMap(({ steps: some }) => some)
    progress.begin(
      'restore',
      steps.reduce((sum, step) => sum + bytesOf(step), 0),
    )
    await this.#session.query('BEGIN')
    for (const file of this.#plan.files) {
      if (!(await this.#runFile(file))) return this.#undone('one statement was refused')
    }
    // The dump's encoding was for the dump's text.
    await this.#session.query(`SET LOCAL client_encoding TO 'UTF8'`)
    await this.#session.query(`SET LOCAL search_path TO ''`)
    const withoutDefault = await dropForeignDefaults(this.#session, this.#plan.tables)
    const problem = (await lockDown(this.#session, this.#plan.tables)) ?? (await this.#miscounted())
    if (problem !== null) return this.#undone(problem)
    signal.throwIfAborted()
    const committed = await this.#session.execute('COMMIT')
    if (!committed.ok || committed.tag !== 'COMMIT') return this.#undone('the server did not commit it')
    progress.end('restore', `${this.#statements} statements`)
    return { ...this.#counted(), problem: null, withoutDefault }
  }

  async #runFile({ name, dump, steps }: BesideFile): Promise<boolean> {
    if (steps.every(({ kind }) => kind === 'setting')) return true
    await using text = await dump.openText({ signal: this.#options.signal })
    await this.#session.query(`SELECT pg_catalog.set_config('search_path', '', false)`)
    for (const step of steps) if (!(await this.#run(step, text, name))) return false
    await text.requireUnchanged()
    return true
  }

  async #run(step: BesideStep, text: DumpText, file: string): Promise<boolean> {
    const { progress, signal } = this.#options
    signal.throwIfAborted()
    switch (step.kind) {
      case 'setting':
        return ownSettings.test(step.entry.object ?? '')
          ? this.#take(step, file, await this.#session.execute(step.entry.text))
          : true
      case 'statement': {
        const isTaken = this.#take(step, file, await this.#session.execute(step.text))
        if (isTaken) this.#statements += 1
        if (isTaken && step.entry.verb === 'SELECT setval') this.#sequences += 1
        return isTaken
      }
      case 'copy': {
        const detail = `${step.into.schema}.${step.into.name}`
        const told = (bytes: number): void => progress.advance((this.#bytes += bytes), detail)
        const startedMs = systemClock.monotonicMs()
        const outcome = await this.#session.copyIn(step.statement, counting(text.bytes(step.entry.data), told))
        this.#add(step.into, step.entry.rows, outcome, bytesOf(step), startedMs)
        return this.#take(step, file, outcome)
      }
      case 'inserts': {
        for await (const entry of text.entries(step.entry)) {
          const startedMs = systemClock.monotonicMs()
          if (entry.kind !== 'insert') {
            if (entry.verb !== 'SET' || !ownSettings.test(entry.object ?? '')) continue
            if (!this.#take({ kind: 'setting', entry }, file, await this.#session.execute(entry.text))) return false
            continue
          }
          const outcome = await this.#session.execute(renameOfRows(entry.text, step.into))
          this.#add(step.into, entry.rows, outcome, entry.text.length, startedMs)
          progress.advance((this.#bytes += entry.text.length), `${step.into.schema}.${step.into.name}`)
          if (!this.#take(step, file, outcome, entry.line)) return false
        }
        return true
      }
      default:
        throw new TypeError(`unhandled ${JSON.stringify(step satisfies never)}`)
    }
  }

  #take(step: BesideStep, file: string, outcome: Outcome, line = step.entry.line): boolean {
    if (outcome.ok) return true
    const { entry } = step
    this.#refused = {
      file,
      line,
      offset: entry.offset,
      verb: entry.kind === 'statement' ? entry.verb : entry.kind === 'copy' ? 'COPY' : 'INSERT',
      object:
        'into' in step ? `${step.into.schema}.${step.into.name}` : entry.kind === 'statement' ? entry.object : null,
      refusal: outcome.refusal,
      meaning: 'loss',
      explanation: 'nothing of it was kept',
    }
    return false
  }

  #add(into: QualifiedName, rows: number, outcome: Outcome, bytes: number, startedMs: number): void {
    const counts = this.#rows.get(into)
    if (counts === undefined) throw new Fault('E_DEFECT', `rows for ${into.name}, which is not in the plan`)
    counts.dump += rows
    counts.loaded += outcome.ok ? (outcome.rows ?? 0) : 0
    counts.bytes += bytes
    counts.ms += systemClock.monotonicMs() - startedMs
  }

  /** Every row of the dump is there, by the server's own count. */
  async #miscounted(): Promise<string | null> {
    for (const [{ schema, name }, { dump, loaded }] of this.#rows) {
      const [row] = await this.#session.query(
        `SELECT pg_catalog.count(*)::text AS rows FROM ${quoteQualified(schema, name)}`,
      )
      if (Number(row?.['rows']) !== dump || loaded !== dump)
        return `${schema}.${name} holds ${row?.['rows']} rows, ${dump} are in the dump`
    }
    return null
  }

  async #undone(problem: string): Promise<BesideLoaded> {
    await this.#session.execute('ROLLBACK')
    return { ...this.#counted(), problem, withoutDefault: [] }
  }

  #counted(): Omit<BesideLoaded, 'problem' | 'withoutDefault'> {
    const { database } = this.#options
    return {
      refused: this.#refused,
      tables: [...this.#rows].map(([{ schema, name }, { dump, loaded, bytes, ms }]) => ({
        schema,
        name,
        database,
        rowsInDump: dump,
        rowsLoaded: loaded,
        heldBack: false,
        bytes,
        ms,
      })),
      statements: this.#statements,
      sequences: this.#sequences,
      ms: systemClock.monotonicMs() - this.#startedMs,
    }
  }
}
