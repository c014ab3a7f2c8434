import type { ObjectFact } from '../facts/index.ts'
import { differs } from './findings.ts'
import type { IndexPair, ObjectIndex } from './object-index.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

/**
 * Notices of the check `schema`, never more: versions of collations are the machines', and no backup's fault. A library
 * that is not the one that text indexes were built by may have left them in the wrong order where it is; where two
 * sides' libraries differ, the copy sorts by its own. A server that knows no version (C, musl) says nothing.
 * https://www.postgresql.org/docs/current/sql-altercollation.html#SQL-ALTERCOLLATION-NOTES
 */
export function compareCollationVersions({ sides }: CompareOptions, [before, after]: IndexPair): Finding[] {
  const [a, b] = sides ?? ['production', 'the restored copy']
  const findings: Finding[] = []
  for (const was of versionsIn(before)) {
    const is = after.get(was) ?? null
    const [there, here] = [versionOf(was), is && versionOf(is)]
    if (there !== null && here !== null && there !== here) {
      findings.push(notice(was, `version ${there} in ${a}, ${here} in ${b}: text may sort otherwise`, there, here))
    }
    findings.push(...outdated(was, a))
  }
  for (const is of versionsIn(after)) findings.push(...outdated(is, b))
  return findings
}

function versionsIn(index: ObjectIndex): readonly ObjectFact[] {
  return [...index.all()].filter(({ kind }) => kind === 'collation version')
}

function versionOf({ properties }: ObjectFact): string | null {
  return properties['version'] ?? null
}

function outdated(object: ObjectFact, side: string): Finding[] {
  const recorded = object.properties['recorded version'] ?? null
  if (recorded === null) return []
  const now = versionOf(object)
  const isDefault = object.identity.startsWith('default(')
  const refresh = isDefault ? 'ALTER DATABASE … REFRESH COLLATION VERSION' : 'ALTER COLLATION … REFRESH VERSION'
  const text = `recorded version ${recorded} in ${side}, whose library is ${now === null ? 'of no known version' : now}`
  return [notice(object, `${text}: text indexes may be corrupt there, REINDEX them, then ${refresh}`, recorded, now)]
}

function notice(object: ObjectFact, text: string, expected: string, actual: string | null): Finding {
  const details = { object: object.identity, expected, actual, gravity: 'performance' } as const
  return differs('schema', { ...details, message: `collation version ${object.identity}: ${text}`, notice: true })
}
