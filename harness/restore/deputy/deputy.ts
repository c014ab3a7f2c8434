import { quoteIdentifier } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { RestoreTarget } from '../target.ts'
import { changeOwner, createSchema } from './change-owner.ts'
import { commentOnExtension, createExtension } from './create-extension.ts'
import { grantByAnother } from './grant-by-another.ts'
import { grantOnMember } from './grant-on.ts'
import { grantRole } from './grant-role.ts'
import { lendCreate } from './lend-create.ts'
import { ownEventTrigger } from './own-event-trigger.ts'
import type { GrantOn } from './read-grant.ts'
import { nameRefusedOwner } from './refused-to-owner.ts'
import { publishAll, publishSchema } from './publish.ts'
import { readOrder, type Order } from './read-order.ts'

const insufficientPrivilege = '42501'
/** With invalid_grant_operation: to who has it already, or who would be a member of itself. */
const wantingRights: ReadonlySet<string> = new Set([insufficientPrivilege, '0LP01'])

export interface Statement {
  readonly verb: string
  readonly text: Uint8Array
}

/**
 * Where the restoring role, or an owner to be, is no superuser: does in its stead what takes one and runs none of the dump's code. What is
 * asked for is read from the statement name by name and written anew; the statement itself never gets here.
 */
export class Deputy implements AsyncDisposable {
  readonly #target: RestoreTarget
  readonly #isDisposable: boolean
  #admin: { readonly database: string; readonly session: Session } | null = null
  /** Settings that the restoring role may make for as long as it restores. */
  readonly #lent = new Set<string>()
  /** One order after the other: several sessions of the dump may ask at once. */
  #last: Promise<unknown> = Promise.resolve()

  /** Whether the server is ours alone. */
  constructor(target: RestoreTarget, isDisposable: boolean) {
    this.#target = target
    this.#isDisposable = isDisposable
  }

  /** Runs a statement of the dump on its session, or does what is to be done in its stead. */
  async run(statement: Statement, session: Session, database: string): Promise<Outcome> {
    const { verb, text } = statement
    if (this.#target.limits && mayDoNothing(verb)) {
      const order = readOrder(verb, text)
      if (order?.kind === 'grant on' && (await this.#inTurn(order, database)))
        return { ok: true, tag: verb, rows: null }
      if (order?.kind === 'grant on' && order.schema === 'pg_catalog') return notOurs(order)
    }
    const outcome = await nameRefusedOwner(session, text, await session.execute(text))
    if (!outcome.ok && this.#maySwearIn(verb, outcome.refusal.code)) {
      const owned = await this.#afterOthers(() => ownEventTrigger(session, text))
      return owned ? { ok: true, tag: verb, rows: null } : outcome
    }
    if (!outcome.ok && this.#mayLendCreate(verb, outcome.refusal.code)) {
      const order = readOrder(verb, text)
      if (order?.kind !== 'change owner') return outcome
      return (await this.#afterOthers(() => lendCreate(session, order, text))) ?? outcome
    }
    if (!outcome.ok && !this.#isDisposable && verb === 'GRANT') {
      const order = readOrder(verb, text)
      if (order?.kind === 'grant role') return (await grantByAnother(session, order, outcome.refusal.code)) ?? outcome
    }
    if (outcome.ok || !this.#target.limits?.connectAdmin || !wantingRights.has(outcome.refusal.code)) return outcome
    const order = readOrder(verb, text)
    if (order === null || !(await this.#inTurn(order, database))) return outcome
    return order.kind === 'let set' ? session.execute(text) : { ok: true, tag: verb, rows: null }
  }

  /** A superuser restores, into a server of ours: only who is to own the trigger lacks rights. */
  #maySwearIn(verb: string, code: string): boolean {
    const isOurs = this.#isDisposable && this.#target.limits === undefined
    return isOurs && verb === 'ALTER EVENT TRIGGER OWNER TO' && code === insufficientPrivilege
  }

  /** In a scratch database on a server that is somebody's there is no superuser to ask. */
  #mayLendCreate(verb: string, code: string): boolean {
    const { foreign, limits } = this.#target
    const isScratch = this.#isDisposable && foreign !== undefined && limits !== undefined && !limits.connectAdmin
    return isScratch && verb.endsWith(' OWNER TO') && code === insufficientPrivilege
  }

  async #inTurn(order: Order, database: string): Promise<boolean> {
    return this.#afterOthers(() => this.#carryOut(order, database))
  }

  async #afterOthers<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act)
    this.#last = turn.catch(() => {})
    return turn
  }

  /** Statements whose success says nothing: they are to be settled one by one. */
  watches(verbs: Iterable<string>): boolean {
    return this.#target.limits !== undefined && Array.from(verbs).some(mayDoNothing)
  }

  async #carryOut(order: Order, database: string): Promise<boolean> {
    const admin = await this.#open(database)
    if (admin === null) return false
    const { user } = this.#target.address
    switch (order.kind) {
      case 'change owner':
        return changeOwner(admin, order)
      case 'create schema':
        return createSchema(admin, order)
      case 'create extension':
        return createExtension(admin, order, user)
      case 'comment on extension':
        return commentOnExtension(admin, order)
      case 'grant role':
        return grantRole(admin, order, user)
      case 'grant on':
        return grantOnMember(admin, order, user)
      case 'publish all':
        return publishAll(admin, order, user)
      case 'publish schema':
        return publishSchema(admin, order, user)
      case 'let set':
        return this.#lend(admin, order.parameter, user)
      default:
        throw new TypeError(`unhandled ${JSON.stringify(order satisfies never)}`)
    }
  }

  /** From 15 on. https://www.postgresql.org/docs/current/sql-grant.html */
  async #lend(admin: Session, parameter: string, to: string): Promise<boolean> {
    if (!this.#lent.has(parameter)) {
      const lent = await admin.execute(`GRANT SET ON PARAMETER ${quoteIdentifier(parameter)} TO ${quoteIdentifier(to)}`)
      if (!lent.ok) return false
      this.#lent.add(parameter)
    }
    return true
  }

  async #open(database: string): Promise<Session | null> {
    if (this.#admin?.database === database) return this.#admin.session
    await this.leave()
    const session = await this.#target.limits?.connectAdmin?.(database)
    if (session === undefined) return null
    this.#admin = { database, session }
    return session
  }

  /** Lets go of the database, so that it can be dropped. */
  async leave(): Promise<void> {
    const session = this.#admin?.session
    this.#admin = null
    await session?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last
    for (const parameter of this.#lent) {
      const from = quoteIdentifier(this.#target.address.user)
      await this.#admin?.session.execute(`REVOKE SET ON PARAMETER ${quoteIdentifier(parameter)} FROM ${from}`)
    }
    await this.leave()
  }
}

/** The server's own: without this it would warn at best, and say that it has been done. */
function notOurs({ verb, name }: GrantOn): Outcome {
  const message = `${name} is the server's own, and its superuser's: ${verb} was not run`
  const about = { detail: null, schema: 'pg_catalog', table: null, column: null, constraint: null }
  return { ok: false, refusal: { code: insufficientPrivilege, message, ...about } }
}

/** Of an object of somebody else's, the server warns, changes nothing, and says that it has been done. */
function mayDoNothing(verb: string): boolean {
  return verb === 'GRANT' || verb === 'REVOKE'
}
