import type { Finding } from '../compare/index.ts'
import { gateCode } from '../engine/index.ts'
import type { RefusedStatement, RestoreLedger } from '../restore/index.ts'

/**
 * What this engine could not make for want of an extension is not checked, whatever a comparison says of its absence:
 * the backup is not to blame. Returns how a finding reads in that light.
 */
export function holdBack({ refused, tables, missingExtensions }: RestoreLedger): (finding: Finding) => Finding {
  const victims = new Set([
    ...refused.filter(isWant).flatMap(({ object }) => object ?? []),
    ...tables.filter(({ heldBack }) => heldBack).map(({ schema, name }) => `${schema}.${name}`),
    ...missingExtensions,
  ])
  const isVictim = (object: string): boolean =>
    victims.has(object) ||
    grantors.some((grantor) => object.includes(grantor)) ||
    [...victims].some(
      (victim) => object.startsWith(`${victim}.`) || object.startsWith(`${victim}_`) || object.startsWith(`${victim}(`),
    )
  // `"*".owner.functions`: default privileges are told by whose they are.
  const grantors = refused.flatMap(({ meaning, verb, object }) =>
    meaning === 'rights' && verb === 'ALTER DEFAULT PRIVILEGES' && object !== null ? [`.${object.split('.')[0]}.`] : [],
  )
  // A membership that was not given is told by the role that gives, and missed with the one that has it.
  const isWithheld = refused.some(({ verb, refusal }) => verb === 'GRANT' && refusal.code === gateCode.notRun)
  const isMembership = ({ object, message }: Finding): boolean =>
    isWithheld && message === `role ${object}: member of differs`
  const isForRights = refused.some(({ meaning }) => meaning === 'rights')
  const extensions = missingExtensions.join(', ')
  const want = isForRights ? 'a superuser' : extensions || 'something'
  return (finding) => {
    if (victims.size === 0 || finding.status !== 'differs' || finding.notice) return finding
    if (finding.object === null || !(isVictim(finding.object) || isMembership(finding))) return finding
    return {
      ...finding,
      status: 'not-checked',
      message: `${finding.message}: it needs ${want}, which this engine does not have`,
      remedy: isForRights
        ? null
        : `rehearse with an engine that has ${extensions || 'it'} (--engine container --image …)`,
      attribution: null,
    }
  }
}

/** Refused for want of an extension, or of rights. */
export function isWant({ meaning }: RefusedStatement): boolean {
  return meaning === 'engine' || meaning === 'rights'
}
