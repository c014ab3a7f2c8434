import { Fault } from '../../core/index.ts'

/** A physical copy of a server has its identifier, and so has a standby that has become the primary. */
export function sharesIdentifier(whose: string, isConfirmed: boolean): string {
  if (isConfirmed) return `as you said, although it has the system identifier of ${whose}`
  throw new Fault('E_TARGET_IS_PRODUCTION', `the target has the system identifier of ${whose}`, {
    hint: 'restore into another server; a physical copy that is certainly not in use can be confirmed with --not-production',
  })
}

export function isProduction(message: string): Fault {
  return new Fault('E_TARGET_IS_PRODUCTION', message, {
    hint: 'restore into another server, look at it, and then lead the application there',
  })
}

export function unproven(why: string, remedy: string): Fault {
  return new Fault('E_TARGET_UNPROVEN', `nothing proves that the target is not production: ${why}`, {
    hint: `${remedy}, or say that it is not: --not-production`,
  })
}
