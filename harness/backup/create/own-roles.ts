import { reservedRole } from './platform-entries.ts'

/** Settings that the platform lets a project change of its roles. */
const changeable = /^(?:pgaudit\.\w+|pgrst\.\w+|session_replication_role|statement_timeout|track_io_timing)$/

/**
 * The project's own roles out of what `pg_dumpall --roles-only` wrote: neither the platform's roles nor their attributes and
 * passwords, of which a new project has its own; but those of their settings that a project may change, and memberships of
 * the project's roles in theirs and of theirs in the project's (which the CLI loses).
 */
export function ownRolesOf(dump: string): string {
  const kept = statementsOf(dump).filter(isOwn).map(withoutSuperuserWords)
  return ['-- The roles of the project. Those of the platform are there before.', ...kept, ''].join('\n')
}

const name = String.raw`("(?:[^"]|"")+"|[\w$]+)`
const aboutRole = new RegExp(String.raw`^(?:CREATE ROLE|ALTER ROLE|COMMENT ON ROLE|SECURITY LABEL .* ON ROLE) ${name}`)
const ofSetting = new RegExp(String.raw`^ALTER ROLE ${name}(?: IN DATABASE ${name})? SET ${name}`)
const membership = new RegExp(String.raw`^GRANT ${name} TO ${name}`)
const onParameter = new RegExp(String.raw`^GRANT [A-Z ,]+ ON PARAMETER .* TO ${name}`)

function isOwn(statement: string): boolean {
  const setting = ofSetting.exec(statement)
  if (setting) return !isReserved(setting[1]) || changeable.test(plain(setting[3]))
  const role = aboutRole.exec(statement)
  if (role) return !isReserved(role[1])
  const member = membership.exec(statement)
  if (member) return !(isReserved(member[1]) && isReserved(member[2]))
  const grant = onParameter.exec(statement)
  if (grant) return !isReserved(grant[1])
  return statement.startsWith('SET ')
}

/** What only a superuser may write, and the project's `postgres` is none; it is what a role has anyhow. */
function withoutSuperuserWords(statement: string): string {
  if (!/^ALTER ROLE .* WITH /.test(statement)) return statement.replace(/ GRANTED BY [^;]*;$/, ';')
  return statement.replace(/ (?:NOSUPERUSER|NOREPLICATION|NOBYPASSRLS)\b/g, '')
}

function isReserved(quoted: string | undefined): boolean {
  return reservedRole.test(plain(quoted))
}

function plain(quoted = ''): string {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted
}

/** Statements by their semicolons, those within quotes passed over. Comments and psql's own commands are left out. */
function statementsOf(text: string): readonly string[] {
  const statements: string[] = []
  let current = ''
  let quote = ''
  for (const line of text.split('\n')) {
    if (current === '' && (line === '' || line.startsWith('--') || line.startsWith('\\'))) continue
    current += current === '' ? line : `\n${line}`
    // A doubled quote closes and opens again: the state at the end is the same.
    for (const char of line)
      if (quote === '' ? char === "'" || char === '"' : char === quote) quote = quote === '' ? char : ''
    if (quote !== '' || !line.endsWith(';')) continue
    statements.push(current)
    current = ''
  }
  return statements
}
