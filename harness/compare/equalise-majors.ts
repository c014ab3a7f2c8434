import type { Facts } from '../facts/index.ts'
import { icuLanguageTags } from './equalise-majors/icu-language-tags.ts'
import { initialPrivileges } from './equalise-majors/initial-privileges.ts'
import { maintain } from './equalise-majors/maintain.ts'
import { memberships } from './equalise-majors/memberships.ts'
import { icuLocales, multiranges, publishedGeneratedColumns, unloggedRoots } from './equalise-majors/new-words.ts'
import { notNullNames } from './equalise-majors/not-null-names.ts'
import { publicSchema } from './equalise-majors/public-schema.ts'
import type { MajorRule } from './equalise-majors/rule.ts'

const rules: readonly MajorRule[] = [
  multiranges,
  icuLocales,
  icuLanguageTags,
  publicSchema,
  memberships,
  initialPrivileges,
  maintain,
  notNullNames,
  publishedGeneratedColumns,
  unloggedRoots,
]

/**
 * Both databases' facts, in words that both majors have. Deparsed texts are not its business: the restored server reads
 * those again (`reparseDifferences`).
 */
export function equaliseMajors(baseline: Facts, restored: Facts): readonly [Facts, Facts] {
  const isOlder = baseline.server.major < restored.server.major
  let [older, newer] = isOlder ? [baseline, restored] : [restored, baseline]
  for (const rule of rules) {
    if (older.server.major < rule.since && newer.server.major >= rule.since)
      [older, newer] = rule.equalise(older, newer)
  }
  return isOlder ? [older, newer] : [newer, older]
}
