import type { Refusal } from '../postgres/index.ts'
import { refusedToOwner } from './deputy/refused-to-owner.ts'
import { readOrder } from './deputy/read-order.ts'
import { hangsOnVictim, mayNeedAbsent, type RefusedUse } from './missing-extensions.ts'

/** insufficient_privilege: "permission denied", "must be owner of", "must be superuser". */
const insufficientPrivilege = '42501'
/** invalid_grant_operation: the restoring role is already a member of what it should be given to. */
const invalidGrant = '0LP01'
const raised = 'exec_stmt_raise'
const undefinedObject = '42704'
/** What makes a language, a wrapper, an access method: other statements name it bare, without a schema. */
const withoutSchema =
  /^CREATE (?:SERVER|FUNCTION|PROCEDURE|TABLE|MATERIALIZED VIEW|INDEX|OPERATOR|FOREIGN|USER MAPPING)/

interface RightsUse extends RefusedUse {
  readonly isSuperuser: boolean
  /** Who restores. */
  readonly superuser: string
}

/**
 * Whether a refusal comes of the restoring role's being no superuser: the server says so itself, or the statement wants
 * what was refused for that before, by its name. What an extension would have brought is not known by name.
 */
export function mayNeedRights(use: RightsUse): boolean {
  const { isSuperuser, refusal, missing } = use
  if (isSuperuser) return false
  // The owner lacks it here; in production too, unless something was withheld before.
  if (refusal.routine === refusedToOwner) return missing.isWithheld
  if (refusal.code === insufficientPrivilege) return !isSaidByCode(use)
  if (refusal.code === invalidGrant) return isGrantOfRestorer(use)
  if (isRowThatWantsSilence(use)) return true
  if (!missing.isWithheld) return false
  if (hangsOnVictim(use) || isMadeBare(use)) return true
  return missing.lacksUnknown && mayNeedAbsent(use)
}

/** As {@link mayNeedRights}, of a view that is filled when the dump is restored. */
export function mayViewNeedRights(refusal: Refusal, isSuperuser: boolean, isWithheld: boolean): boolean {
  if (isSuperuser || refusal.code !== insufficientPrivilege || refusal.routine === raised) return false
  return refusal.routine !== refusedToOwner || isWithheld
}

/** PL/pgSQL's RAISE: the dump's own code refuses, and would refuse a superuser. An extension's script may ask for one so. */
function isSaidByCode({ verb, refusal }: RightsUse): boolean {
  return refusal.routine === raised && verb !== 'CREATE EXTENSION'
}

/** A membership that the restoring role has or gives: between others, a superuser would be refused it too. */
function isGrantOfRestorer({ verb, text, superuser }: RightsUse): boolean {
  if (verb !== 'GRANT') return false
  const order = readOrder(verb, Buffer.from(text))
  return order?.kind === 'grant role' && (order.role === superuser || order.member === superuser)
}

function isMadeBare({ verb, text, refusal, missing }: RightsUse): boolean {
  return refusal.code === undefinedObject && withoutSchema.test(verb) && missing.namesBareVictim(text)
}

/** foreign_key_violation; raise_exception, of a trigger; unique_violation, by a row that a trigger has made before. */
const saidByTriggers: ReadonlySet<string> = new Set(['23503', 'P0001', '23505'])

/** Rows that come in any order, as the dump would have all triggers silent, foreign keys' too; and only a superuser may. */
function isRowThatWantsSilence({ verb, refusal, missing }: RefusedUse): boolean {
  const isRow = verb === 'COPY' || verb === 'INSERT'
  return isRow && saidByTriggers.has(refusal.code) && missing.isWithheldSetting('session_replication_role')
}
