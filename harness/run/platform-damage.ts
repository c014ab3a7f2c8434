import type { Finding } from '../compare/index.ts'
import { partsOfIdentity, type Facts } from '../facts/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import {
  cliRemedy,
  diagnoseSwallowed,
  hasLostComments,
  hasLostRepeats,
  managedSchemas,
  rolesRemedy,
  tablesWithoutRows,
} from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'
import { suspectLosses } from './suspect-losses.ts'

/** Names what the Supabase CLI's own filters have done to a dump, beside what came of it. */
export function judgeCliDamage(
  { restored }: DumpChoice,
  ledger: RestoreLedger,
  facts: { readonly baseline: Facts | null; readonly restored: Facts },
  book: FindingBook,
): void {
  const files = restored.filter(({ summary }) => summary.writer === 'supabase-cli')
  for (const { file, summary } of files) {
    const refused = ledger.refused
      .filter((one) => one.file === file.name)
      .map(({ refusal, line }) => ({ code: refusal.code, line }))
    const damage = diagnoseSwallowed({
      name: file.name,
      isOfCli: true,
      holdsDefinitions: summary.holds.schema,
      problems: summary.problems,
      refused,
    })
    if (damage) book.notice('completeness', damage.object, damage.message, damage.remedy)
    for (const { schema, name, hasData } of summary.tables) {
      const table = `${schema}.${name}`
      if (hasData && tablesWithoutRows.includes(table))
        book.differs('restore', table, alreadyThere(file.name, table), { remedy: withoutThem })
    }
  }
  if (files.length === 0) return
  const makesNone = restored.every(({ summary }) => summary.extensions.length === 0)
  if (makesNone) book.revise(new Set(['restore']), adviseOnExtension)
  if (facts.baseline === null) {
    if (files.some(({ summary }) => summary.holds.schema)) suspectLosses(facts.restored, book, changesRemedy)
    return
  }
  book.revise(new Set(['schema']), (finding) =>
    isLeftByCli(finding) ? { ...finding, remedy: changesRemedy } : finding,
  )
  const lost = functionsWithoutComments(facts.baseline, facts.restored)
  const repeats = rolesWithoutRepeats(facts.baseline, facts.restored)
  book.revise(new Set(['schema']), (finding) => {
    const { status, object, message } = finding
    if (status !== 'differs' || object === null) return finding
    if (lost.has(object)) return { ...finding, message: `${message}; ${lostLines}`, remedy: cliRemedy }
    return repeats.has(object) ? { ...finding, message: `${message}; ${lostRepeats}`, remedy: rolesRemedy } : finding
  })
}

const alreadyThere = (file: string, table: string): string =>
  `${file} holds rows of ${table}: every project has them from the start, and its key refuses them there`

const withoutThem = 'dump the rows with `supabase db dump --data-only`, of a version that leaves these tables out'

const lostRepeats = 'one of two equal lines in a row is gone: the Supabase CLI passes the roles through uniq'

const lostLines = 'its lines that begin with -- are gone: the Supabase CLI deletes them'

const changesRemedy =
  'the CLI leaves out what is changed in the schemas of the platform: keep `supabase db diff --linked --schema ' +
  'auth,storage,realtime > changes.sql` beside the three files'

/** SQLSTATE: undefined_object and undefined_function, of a name in the schema where every project has its extensions. */
const lacksExtension = /"?\bextensions\b"?\..*\((?:42704|42883)\)$/

/** What was refused for want of an extension, in a set that makes none. */
export function adviseOnExtension(finding: Finding): Finding {
  const { status, notice, message } = finding
  return status === 'differs' && !notice && lacksExtension.test(message)
    ? { ...finding, remedy: extensionRemedy }
    : finding
}

const extensionRemedy =
  'a dump of chosen schemas (-s) makes no extension: dump without -s, or give --production or the facts recorded with ' +
  'the dump, which name those to lay in; before a restore, CREATE EXTENSION'

/** A policy or a trigger of the user's on a table of the platform's. */
function isLeftByCli({ status, notice, object, actual }: Finding): boolean {
  if (status !== 'differs' || notice || object === null || actual !== 'absent') return false
  const parts = partsOfIdentity(object)
  return parts.length === 3 && managedSchemas.includes(parts[0] ?? '')
}

/** As findings name them. */
function functionsWithoutComments(baseline: Facts, restored: Facts): ReadonlySet<string> {
  const after = new Map(restored.objects.filter(isFunction).map(({ identity, properties }) => [identity, properties]))
  return new Set(
    baseline.objects
      .filter(isFunction)
      .filter(({ identity, properties }) =>
        hasLostComments(properties['body'] ?? '', after.get(identity)?.['body'] ?? ''),
      )
      .map(({ identity }) => identity),
  )
}

/** As findings name them. */
function rolesWithoutRepeats(baseline: Facts, restored: Facts): ReadonlySet<string> {
  const isRole = ({ kind }: { readonly kind: string }): boolean => kind === 'role'
  const after = new Map(restored.objects.filter(isRole).map(({ identity, properties }) => [identity, properties]))
  const roles = baseline.objects.filter(isRole).filter(({ identity, properties }) => {
    const is = after.get(identity)
    return is !== undefined && hasLostRepeats(properties['settings'] ?? '', is['settings'] ?? '')
  })
  return new Set(roles.map(({ identity }) => identity))
}

function isFunction({ kind }: { readonly kind: string }): boolean {
  return kind === 'function'
}
