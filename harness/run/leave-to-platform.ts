import type { UsedAsThere } from '../compare/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import { identityOf, type Facts } from '../facts/index.ts'
import type { RefusedStatement, RestoreLedger } from '../restore/index.ts'
import { isProjectOwner } from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'

/** What of a Supabase project's backup can't be done on a server of the user's, and every project has anyway. */
export type LeftToPlatform = UsedAsThere

const changesOwner = 'ALTER EVENT TRIGGER OWNER TO'

export function leftToPlatform(
  { foreign }: Pick<DisposableServer, 'foreign'>,
  { refused }: Pick<RestoreLedger, 'refused'>,
  baseline: Facts | null,
  publications: readonly string[],
): LeftToPlatform {
  const left = [...(foreign?.leftToPlatform ?? [])]
  const identities = (names: readonly string[]): Set<string> => new Set(names.map((name) => identityOf([name])))
  const owners = identities([...(foreign?.platformRoles ?? [])].filter((role) => !isProjectOwner(role)))
  const triggers = (baseline?.objects ?? []).filter(
    ({ kind, identity, properties }) =>
      kind === 'event trigger' &&
      owners.has(properties['owner'] ?? '') &&
      refused.some(({ verb, object }) => verb === changesOwner && object === identity),
  )
  return {
    roles: identities(left.filter((role) => foreign?.isExistingRole(role))),
    members: identities(left),
    eventTriggers: new Set(triggers.map(({ identity }) => identity)),
    publications: identities(foreign ? publications : []),
  }
}

/** As it reads in that light: an owner that can be given to nobody there is no loss. */
export function asLeft(ledger: RestoreLedger, { eventTriggers }: LeftToPlatform): RestoreLedger {
  const explanation = "the platform's own, which every project has: its owner must be a superuser"
  const refused = ledger.refused.map((one) =>
    one.verb === changesOwner && eventTriggers.has(one.object ?? '') ? asHarmless(one, explanation) : one,
  )
  return { ...ledger, refused }
}

function asHarmless(one: RefusedStatement, explanation: string): RefusedStatement {
  return { ...one, meaning: 'harmless', explanation }
}

/** Said once; what of it differs is a notice where the copy is compared. */
export function sayLeftToPlatform({ members, eventTriggers }: LeftToPlatform, book: FindingBook): void {
  const left = [
    ...(members.size > 0 ? [`what the backup says of ${[...members].toSorted().join(', ')}`] : []),
    ...(eventTriggers.size > 0 ? [`who owns event trigger ${[...eventTriggers].toSorted().join(', ')}`] : []),
  ]
  if (left.length === 0) return
  const why = 'Supabase has them in every project, and on a server of yours they are not changed'
  book.notice('engine', 'platform', `left to the platform: ${left.join('; ')}. ${why}`)
}
