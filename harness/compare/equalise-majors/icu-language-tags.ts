import type { ObjectFact } from '../../facts/index.ts'
import { rewrite, withProperties, type MajorRule } from './rule.ts'

/**
 * Since Postgres 16 a locale of ICU's is kept as a language tag, `de-u-co-phonebk`, however it was typed: a restore spells
 * `de@collation=phonebook` so. https://www.postgresql.org/docs/16/collation.html#ICU-LANGUAGE-TAG
 */
export const icuLanguageTags: MajorRule = {
  since: 16,
  equalise: (older, newer) => {
    const spelled = rewrite(older, 'collation', (one) => inTags(one, 'provider'))
    return [rewrite(spelled, 'database', (one) => inTags(one, 'locale provider')), newer]
  },
}

function inTags(object: ObjectFact, provider: string): ObjectFact {
  const { locale = null } = object.properties
  if (object.properties[provider] !== 'icu' || locale === null) return object
  return withProperties(object, { locale: languageTagOf(locale) })
}

/** Names of ICU's own, and what a tag has for them. https://unicode-org.github.io/icu/userguide/collation/api.html */
const keys: Readonly<Record<string, string>> = {
  collation: 'co',
  colalternate: 'ka',
  colbackwards: 'kb',
  colcasefirst: 'kf',
  colcaselevel: 'kc',
  colnormalization: 'kk',
  colnumeric: 'kn',
  colreorder: 'kr',
  colstrength: 'ks',
}
const values: Readonly<Record<string, string>> = {
  dictionary: 'dict',
  gb2312han: 'gb2312',
  identical: 'identic',
  no: 'false',
  'non-ignorable': 'noignore',
  phonebook: 'phonebk',
  primary: 'level1',
  quaternary: 'level4',
  secondary: 'level2',
  tertiary: 'level3',
  traditional: 'trad',
  yes: 'true',
}
const variants: Readonly<Record<string, readonly [string, string]>> = {
  phonebook: ['co', 'phonebk'],
  posix: ['va', 'posix'],
}

/** As ICU's uloc_toLanguageTag() spells it; what we don't know stays as it is, and differs. */
export function languageTagOf(locale: string): string {
  const [name = '', keywords = ''] = locale.split('@')
  const [base = ''] = name.split('.')
  if (/^(?:c|posix)$/i.test(base)) return 'en-US-u-va-posix'
  const [plain = '', extension = ''] = base.toLowerCase().split(/[-_]u[-_]/)
  const settings = new Map<string, string>()
  let key = ''
  for (const word of extension.split(/[-_]/).filter((word) => word !== '')) {
    if (word.length === 2) settings.set((key = word), '')
    else settings.set(key, `${settings.get(key) ?? ''}-${word}`.replace(/^-/, ''))
  }
  for (const keyword of keywords
    .toLowerCase()
    .split(';')
    .filter((word) => word !== '')) {
    const [left = '', right = ''] = keyword.split('=')
    settings.set(keys[left] ?? left, values[right] ?? right)
  }
  const words = plain.split(/[-_]/).filter((word) => word !== '')
  const spelled = words.flatMap((word, index) => {
    const variant = index === 0 ? undefined : variants[word]
    if (variant) settings.set(...variant)
    return variant ? [] : index === 0 ? word : spellPart(word)
  })
  const tail = [...settings].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, value]) => [name, value || 'true'])
  return [...(spelled.length === 0 ? ['und'] : spelled), ...(tail.length === 0 ? [] : ['u', ...tail])].join('-')
}

/** A script of four letters, a region of two. */
function spellPart(word: string): string {
  if (/^[a-z]{4}$/.test(word)) return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
  return /^[a-z]{2}$/.test(word) ? word.toUpperCase() : word
}
