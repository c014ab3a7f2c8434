import { draw } from '../draw.ts'

/** Where and how a good backup is taken and rehearsed. None of it may make it look bad. */
export interface Conditions {
  /** Of the rehearsal's own process. */
  readonly locale: string
  readonly zone: string
  readonly major: 15 | 17
  /** Set for production's database, then for its role in it: the latter wins there. */
  readonly ofDatabase: Readonly<Record<string, string>>
  readonly ofRole: Readonly<Record<string, string>>
  readonly format: 'custom' | 'directory'
}

/** Turkish has another I, German another decimal point, Japanese and Thai other years. */
export const locales = ['C', 'en_US.UTF-8', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ja_JP.UTF-8', 'th_TH.UTF-8'] as const
/** With half and quarter hours, across the date line, and with summer time on either half of the year. */
export const zones = [
  'UTC',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Apia',
  'Europe/Berlin',
  'Australia/Lord_Howe',
] as const

/** What changes how a server writes values, or reads them. The first of each is PostgreSQL's own default. */
export const settings: Readonly<Record<string, readonly string[]>> = {
  DateStyle: ['ISO, MDY', 'German, DMY', 'SQL, DMY', 'Postgres, MDY', 'ISO, YMD'],
  IntervalStyle: ['postgres', 'iso_8601', 'sql_standard', 'postgres_verbose'],
  TimeZone: ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia', '-07:30'],
  bytea_output: ['hex', 'escape'],
  extra_float_digits: ['1', '0', '-15', '3'],
  standard_conforming_strings: ['on', 'off'],
  backslash_quote: ['safe_encoding', 'on', 'off'],
  xmloption: ['content', 'document'],
  array_nulls: ['on', 'off'],
  quote_all_identifiers: ['off', 'on'],
  lc_monetary: ['C.UTF-8', 'C'],
  lc_numeric: ['C.UTF-8', 'C'],
  lc_time: ['C.UTF-8', 'C'],
  lc_messages: ['C', 'C.UTF-8'],
  search_path: ['"$user", public', 'pg_catalog', "''", 'public, pg_catalog'],
  row_security: ['on', 'off'],
  default_transaction_isolation: ['read committed', 'serializable', 'repeatable read'],
  enable_seqscan: ['on', 'off'],
  check_function_bodies: ['on', 'off'],
}

/** The same for the same seed and number. Thirty-six in a row meet every locale in every time zone. */
export function drawConditions(seed: number, number: number): Conditions {
  const pick = <Value>(from: readonly Value[], what: string): Value => {
    const value = from[draw(from.length, seed, number, what)]
    if (value === undefined) throw new TypeError(`nothing to draw ${what} from`)
    return value
  }
  const some = (whose: string): Record<string, string> => {
    const names = Object.keys(settings).filter((name) => draw(3, seed, number, whose, name) === 0)
    return Object.fromEntries(names.map((name) => [name, pick(settings[name] ?? [], `${whose} ${name}`)]))
  }
  return {
    locale: locales[number % locales.length] ?? 'C',
    zone: zones[Math.floor(number / locales.length) % zones.length] ?? 'UTC',
    major: pick([15, 17], 'major'),
    ofDatabase: some('database'),
    ofRole: some('role'),
    format: pick(['custom', 'directory'], 'format'),
  }
}

/** Statements that set them, to be run outside of a transaction or in one. */
export function settingSql(database: string, role: string, { ofDatabase, ofRole }: Conditions): string {
  // A list of names is written as one; in quotes it would be a single name.
  const value = (name: string, text: string): string => (name === 'search_path' || text === "''" ? text : `'${text}'`)
  return [
    ...Object.entries(ofDatabase).map(
      ([name, text]) => `ALTER DATABASE ${database} SET ${name} = ${value(name, text)};`,
    ),
    ...Object.entries(ofRole).map(
      ([name, text]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${name} = ${value(name, text)};`,
    ),
  ].join('\n')
}
