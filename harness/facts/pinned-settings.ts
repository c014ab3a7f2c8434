import { Fault, type SqlRunner } from '../core/index.ts'

/**
 * Settings that change what a value looks like as text, or which name means what. pg_catalog comes first and the
 * session's temporary schema last: a decoy (`public.md5`, a view `public.pg_class`, a temporary type `text`) is never met.
 */
const pinned: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog, pg_temp',
  extra_float_digits: '1',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  row_security: 'off',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  jit: 'off',
}

/** Pins them for the rest of the transaction and reads them back. */
export async function pinSettings(sql: SqlRunner, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const settings = Object.entries({ ...pinned, ...more })
  const places = settings.map((_, index) => `pg_catalog.set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`)
  await sql.query(`SELECT ${places.join(', ')}`, settings.flat())
  const shown = settings.map(([name], index) => `pg_catalog.current_setting('${name}') AS s${index}`)
  const [row] = await sql.query(`SELECT ${shown.join(', ')}`)
  for (const [index, [name, value]] of settings.entries()) {
    const actual = row?.[`s${index}`] ?? null
    if (actual !== value && !isSameDuration(actual, value)) {
      throw new Fault('E_SQL', `the server did not take the setting ${name}`, {
        hint: 'connect directly or through a session-mode pooler: settings must hold for a whole transaction',
        facts: { setting: name, actual },
      })
    }
  }
}

/**
 * Undoes what the database or a role sets for its sessions (ALTER DATABASE, ALTER ROLE … SET) to the end of the
 * transaction, on a restored copy, where such a setting is the dump's: a time limit of a millisecond, a stack of 100 kB.
 * https://www.postgresql.org/docs/current/view-pg-settings.html
 */
export async function forgetOwnSettings(sql: SqlRunner): Promise<void> {
  await sql.query(`
    SELECT pg_catalog.set_config(s.name, s.boot_val, true) FROM pg_catalog.pg_settings AS s
    WHERE s.source IN ('database', 'user', 'database user') AND s.boot_val IS NOT NULL
      AND s.name <> 'lc_messages' -- its first value, '', is one that no session may set
      AND (s.context = 'user' OR s.context = 'superuser' AND pg_catalog.current_setting('is_superuser') = 'on')`)
}

/** `5000` is shown as `5s`. */
function isSameDuration(actual: string | null, value: string): boolean {
  const match = /^(\d+)(ms|s|min|h|d)$/.exec(actual ?? '')
  const units = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const
  return match !== null && Number(match[1]) * units[match[2] as keyof typeof units] === Number(value)
}
