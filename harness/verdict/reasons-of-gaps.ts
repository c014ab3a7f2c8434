import { formatCount } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import { checkFamily, families, rankOfNotChecked } from './check-family.ts'
import { nameList, nameOnly } from './name-list.ts'
import { noSpecCollected } from './spec-checks.ts'
import type { CheckTally } from './tally-checks.ts'
import type { Reason } from './types.ts'

/** Why the answer is UNDECIDED: what was to be checked and was not. What kept the rest from running comes first. */
export function reasonsOfGaps(gaps: readonly CheckTally[]): Reason[] {
  if (gaps.length === 0) return []
  const findings = gaps.flatMap(({ counting }) => counting.filter(({ status }) => status === 'not-checked'))
  const uncounted = new Set(findings.filter(({ check }) => check === 'row counts').map(({ object }) => object))
  // What could not be counted could not be compared either: said once.
  const causes = findings.filter(({ check, object }) => !(check === 'row content' && object && uncounted.has(object)))
  const groups = Map.groupBy(causes, (finding) => JSON.stringify([checkFamily(finding.check), finding.remedy]))
  const said = [...groups.values()]
    .map(notChecked)
    .sort((a, b) => rankOfNotChecked(a.check) - rankOfNotChecked(b.check))
  return [
    ...said,
    ...neverReported(
      gaps.filter(({ counting }) => counting.length === 0),
      said.length > 0,
    ),
  ]
}

/** For a plan without checks: nothing was asked, so nothing can be answered. */
export const emptyPlanReason: Reason = {
  check: 'engine',
  object: null,
  text: 'no check was planned, so nothing was proven',
  remedy: 'give the rehearsal something to check: a backup, and what it must hold',
}

function notChecked(group: readonly Finding[]): Reason {
  const first = group[0]
  if (first === undefined) throw new TypeError('a group holds at least one finding')
  const { check, object, remedy, message } = first
  if (group.length === 1) return { check, object, text: `not checked: ${message}`, remedy }
  const family = checkFamily(check)
  const objects = `${formatCount(group.length)} ${plural(family)}`
  const many = family === 'spec' ? `${objects} did not run` : `${family} not checked for ${objects}`
  const messages = new Set(group.map((finding) => finding.message))
  const why = messages.size === 1 ? ` (${message})` : ''
  return { check, object: null, text: `${many}${why}: ${nameList(group, nameOnly)}`, remedy }
}

function neverReported(silent: readonly CheckTally[], causeIsSaid: boolean): Reason[] {
  const first = silent.toSorted((a, b) => rankOfNotChecked(a.check) - rankOfNotChecked(b.check))[0]
  if (first === undefined) return []
  const families = new Set(silent.map(({ check }) => (checkFamily(check) === 'spec' ? 'specs' : check)))
  const names = [...families].join(', ')
  const onlySpecs = silent.every(({ check }) => check === noSpecCollected.check)
  return [
    {
      check: first.check,
      object: null,
      text: onlySpecs
        ? 'not checked: no spec was collected, though specs were to run'
        : `${silent.length === 1 ? 'a required check' : `${silent.length} required checks`} never reported: ${names}`,
      remedy: onlySpecs
        ? 'check the folder and the filter of the specs'
        : causeIsSaid
          ? 'clear what is named above, and run again'
          : 'run again; if it stays, see the steps in the report for where the run ended',
    },
  ]
}

function plural(family: keyof typeof families): string {
  const { noun } = families[family]
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}
