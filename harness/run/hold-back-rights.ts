import type { Finding } from '../compare/index.ts'
import { identityOf } from '../facts/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'
import type { RestoredSet } from './restore-set.ts'
import { holdBackSettings } from './set-database.ts'

/** What this engine's login was not let do is not checked, whatever a comparison says of its absence. */
export function holdBackWithheld(
  { ledger, withheldSettings }: RestoredSet,
  { restored }: DumpChoice,
  book: FindingBook,
): void {
  const made = restored.flatMap(({ summary }) => summary.rolesCreated)
  book.revise(new Set(['schema']), holdBackSettings(withheldSettings))
  book.revise(new Set(['schema']), holdBackRights(ledger, made))
  book.revise(new Set(['schema']), sayRolesAreThere(ledger, made))
}

/** A role is missing where the database does not know it; one that the dump makes, and was let make, is on the server. */
export function sayRolesAreThere(
  { refused }: Pick<RestoreLedger, 'refused'>,
  rolesCreated: readonly string[],
): (finding: Finding) => Finding {
  const made = madeBy(refused, rolesCreated)
  return (finding) => {
    const { object, status, notice, message } = finding
    if (status !== 'differs' || notice || !made.has(object ?? '') || message !== `role ${object} is missing`)
      return finding
    return {
      ...finding,
      message: `role ${object} comes back, and has nothing in this database, as it had in production`,
      actual: 'has nothing',
      remedy:
        'see what it is granted in schemas of the platform, which of its roles are members, and what is set for it',
    }
  }
}

function madeBy(refused: RestoreLedger['refused'], rolesCreated: readonly string[]): ReadonlySet<string> {
  const unmade = new Set(refused.filter(({ verb }) => verb === 'CREATE ROLE').map(({ object }) => object))
  return new Set(rolesCreated.filter((name) => !unmade.has(name)).map((name) => identityOf([name])))
}

/** Statements by which a role has something, or is somebody's. */
const givesToRoles = /^GRANT|OWNER TO$|DEFAULT PRIVILEGES|POLICY|USER MAPPING/
const ofTheServer = 'pg_catalog.'

/**
 * What follows from statements that the restoring role, being no superuser, was refused: privileges on the server's own
 * objects, and roles of the dump that have nothing else. The database does not know them here: not checked.
 */
export function holdBackRights(
  { refused }: Pick<RestoreLedger, 'refused'>,
  rolesCreated: readonly string[],
): (finding: Finding) => Finding {
  const withheld = refused.filter(({ meaning, verb }) => meaning === 'rights' && givesToRoles.test(verb))
  const objects = withheld.flatMap(({ object }) => (object?.startsWith(ofTheServer) ? [object] : []))
  const made = madeBy(refused, rolesCreated)
  const isOne = ({ object, message }: Finding): boolean =>
    (made.has(object ?? '') && message === `role ${object} is missing`) ||
    (object?.startsWith(ofTheServer) === true &&
      objects.some((name) => [`${name}"`, `${name}(`].some((end) => object.includes(` ${end}`))))
  return (finding) => {
    if (withheld.length === 0 || finding.status !== 'differs' || finding.notice || !isOne(finding)) return finding
    const message = `${finding.message}: what gives it something was refused to who restored here`
    return {
      ...finding,
      status: 'not-checked',
      message,
      remedy: 'see what the engine lacks: superuser',
      attribution: null,
    }
  }
}
