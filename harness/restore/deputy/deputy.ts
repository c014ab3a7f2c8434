import { quoteIdentifier } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { RestoreTarget } from '../target.ts'
import { changeOwner } from './change-owner.ts'
import { commentOnExtension, createExtension } from './create-extension.ts'
import { grantRole } from './grant-role.ts'
import { publishAll, publishSchema } from './publish.ts'
import { readOrder, type Order } from './read-order.ts'

/** insufficient_privilege */
const insufficientPrivilege = '42501'

export interface Refused {
  readonly verb: string
  readonly text: Uint8Array
}

/**
 * Where the restoring role is no superuser: does in its stead what takes one and runs none of the dump's code. What is
 * asked for is read from the statement name by name and written anew; the statement itself never gets here.
 */
export class Deputy implements AsyncDisposable {
  readonly #target: RestoreTarget
  #admin: { readonly database: string; readonly session: Session } | null = null
  /** Settings that the restoring role may make for as long as it restores. */
  readonly #lent = new Set<string>()
  /** One order after the other: several sessions of the dump may ask at once. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(target: RestoreTarget) {
    this.#target = target
  }

  /** The outcome of a statement, or of what was done instead where it was refused for want of rights. */
  async settle(outcome: Outcome, { verb, text }: Refused, session: Session, database: string): Promise<Outcome> {
    if (outcome.ok || outcome.refusal.code !== insufficientPrivilege || !this.#target.limits?.connectAdmin)
      return outcome
    const order = readOrder(verb, text)
    if (order === null) return outcome
    const turn = this.#last.then(async () => this.#carryOut(order, database))
    this.#last = turn.catch(() => {})
    if (!(await turn)) return outcome
    return order.kind === 'let set' ? session.execute(text) : { ok: true, tag: verb, rows: null }
  }

  async #carryOut(order: Order, database: string): Promise<boolean> {
    const admin = await this.#open(database)
    if (admin === null) return false
    const { user } = this.#target.address
    switch (order.kind) {
      case 'change owner':
        return changeOwner(admin, order, user)
      case 'create extension':
        return createExtension(admin, order, user)
      case 'comment on extension':
        return commentOnExtension(admin, order)
      case 'grant role':
        return grantRole(admin, order)
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
