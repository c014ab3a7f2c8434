import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from '../../engine/index.ts'
import { languageTagOf } from './icu-language-tags.ts'

/** As they are typed, of both forms. */
const locales = [
  '',
  'root',
  'EN',
  'en_US',
  'en-us',
  'zh_Hant_TW',
  'en_US_POSIX',
  'C.UTF-8',
  'de_DE.UTF-8',
  'de__PHONEBOOK',
  'de-u-co-phonebk',
  'und-u-ks-level2',
  'und-u-ks-level1-kn-true',
  'und-u-kn-ks-level2',
  'und-u-ka-shifted-kc-true-kb-false',
  '@colStrength=primary',
  'und@colStrength=secondary',
  'de@collation=phonebook',
  'es@collation=traditional',
  'de_DE@colStrength=secondary;colNumeric=yes',
  'de@colCaseFirst=upper;collation=phonebook',
  'en@colAlternate=shifted;colCaseLevel=no',
  'de_AT@collation=phonebook;colReorder=digit',
  'de@colBackwards=yes;colNormalization=yes',
]

describe('an ICU locale', () => {
  it('is spelled as Postgres 17 keeps it', async () => {
    const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
    await using server = await embeddedEngine().start(need, {
      signal: new AbortController().signal,
      progress: silentProgress,
    })
    await using session = await server.connect('postgres')
    for (const [index, locale] of locales.entries()) {
      await session.query(`CREATE COLLATION typed_${index} (provider = icu, locale = '${locale}')`)
    }
    const rows = await session.query(
      `SELECT colllocale AS tag FROM pg_collation WHERE collname LIKE 'typed%' ORDER BY substr(collname, 7)::integer`,
    )
    expect(rows.map(({ tag }, index) => [locales[index], tag])).toEqual(
      locales.map((locale) => [locale, languageTagOf(locale)]),
    )
    expect(rows).toHaveLength(locales.length)
  })

  it('that is a tag already stays one', () => {
    for (const locale of locales) expect(languageTagOf(languageTagOf(locale))).toBe(languageTagOf(locale))
    expect(locales.length).toBeGreaterThan(0)
  })
})
