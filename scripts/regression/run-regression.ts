import type { Finding } from '../../harness/compare/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { findClientTools } from '../../harness/restore/testing/client-tools.ts'
import { describeFinding, observeAt, type Place } from '../corpora/compare-databases.ts'
import { copyRoles } from '../corpora/check-route.ts'
import { allForms, checkCopy, type CopyOptions, type CopyResult } from './check-copies.ts'
import { buildSuite, runSuite, type Suite } from './run-suite.ts'
import { describeSuite, isWhole } from './suite-result.ts'
import { showSuite, startSuiteServer } from './suite-server.ts'

export interface Asked {
  /** Where what was built stays for the next time. */
  readonly cache: string
  readonly major: number
  /** Majors of the servers that it is restored on. */
  readonly to: readonly number[]
}

/** Whether all came back as it was. */
export async function runRegression(
  { cache, major, to }: Asked,
  folder: string,
  tell: (line: string) => void,
): Promise<boolean> {
  // What has to go before a newer server takes the rest is there for its own major.
  const targets = [...new Set(to)].toSorted((one, other) => Number(other === major) - Number(one === major))
  const suites = new Map<number, Suite>()
  for (const one of [major, ...targets]) suites.set(one, suites.get(one) ?? (await buildSuite(one, cache)))
  await using server = await startSuiteServer(major, cache)
  const { seen, database, result } = await runSuite(suiteOf(suites, major), server)
  for (const line of describeSuite(result)) tell(`PostgreSQL ${server.version}: ${line}`)
  if (!isWhole(result)) return false
  const place = { server, database }
  await dropWhatNoServerTakes(place)
  const results: CopyResult[] = []
  for (const target of targets) {
    tell(`from ${major} to ${target}`)
    const options = { cache, suite: suiteOf(suites, target), seen, folder, tell }
    results.push(...(await checkTarget(place, target, options)))
  }
  return results.every(isRight)
}

function suiteOf(suites: ReadonlyMap<number, Suite>, major: number): Suite {
  const suite = suites.get(major)
  if (suite === undefined) throw new TypeError(`no suite of ${major}`)
  return suite
}

interface TargetOptions extends Pick<CopyOptions, 'folder'> {
  readonly cache: string
  /** Of the target's major. */
  readonly suite: Suite
  /** Where the source's server sees its own. */
  readonly seen: string
  readonly tell: (line: string) => void
}

async function checkTarget(
  place: Place,
  to: number,
  { cache, suite, seen, folder, tell }: TargetOptions,
): Promise<readonly CopyResult[]> {
  const tools = await findClientTools(to)
  if (tools === null) throw new Error(`no pg_dump of PostgreSQL ${to}: set REHEARSAL_CLIENTS`)
  const isOwn = to === place.server.major
  if (!isOwn) await dropWhatIsGone(place, to)
  const facts = await observeAt(place)
  const rows = facts.tables.reduce((sum, table) => sum + Number(table.rows), 0)
  tell(`${facts.objects.length} objects, ${facts.tables.length} tables, ${rows} rows`)
  await using other = isOwn ? null : await startSuiteServer(to, cache)
  const libraries = other && { from: seen, to: await showSuite(suite.regress, other) }
  const target = other ?? place.server
  await copyRoles(place.server, target)
  await copyLogins(place.server, target)
  const results: CopyResult[] = []
  for (const form of isOwn ? allForms : (['plain'] as const)) {
    const result = await checkCopy({ ...place, facts }, target, { form, tools, folder, libraries })
    for (const line of describe(result)) tell(line)
    results.push(result)
  }
  return results
}

/** A rule that 17.11's tests expect to be refused, and 17.10 makes: pg_restore can't. */
async function dropWhatNoServerTakes({ server, database }: Place): Promise<void> {
  await using session = await server.connect(database)
  await session.query('DROP RULE IF EXISTS "_RETURN" ON public.rtest_t4')
}

/** What newer majors refuse, by the first of them: most of it PostgreSQL's own test of an upgrade drops beforehand. */
const gone: Readonly<Record<number, readonly string[]>> = {
  // An inherited column that is generated in the child alone.
  16: ['TABLE public.gtest_normal_child, public.gtest_normal_child2'],
  // Functions in C that the newer suite has no more.
  17: ['FUNCTION public.get_columns_length(oid[])'],
  18: [
    'FUNCTION public.autoinc(), public.check_foreign_key(), public.check_primary_key()',
    'FUNCTION public.set_ttdummy(integer), public.ttdummy()',
  ],
}

async function dropWhatIsGone({ server, database }: Place, to: number): Promise<void> {
  await using session = await server.connect(database)
  for (const [first, objects] of Object.entries(gone)) {
    if (server.major >= Number(first) || to < Number(first)) continue
    for (const each of objects) await session.query(`DROP ${each.replace(' ', ' IF EXISTS ')}`)
  }
}

/** Who may log in: the tests make users, of whom some are left behind. */
async function copyLogins(from: DisposableServer, to: DisposableServer): Promise<void> {
  await using source = await from.connect('postgres')
  await using target = await to.connect('postgres')
  const rows = await source.query(
    `SELECT pg_catalog.quote_ident(rolname) AS name FROM pg_catalog.pg_roles WHERE rolcanlogin`,
  )
  for (const { name } of rows) if (name) await target.query(`ALTER ROLE ${name} LOGIN`)
}

/** Nothing differs but the order of columns of children of inheritance, which pg_restore's copy has as ours has it. */
function isRight({ ledger, findings, besideStock }: CopyResult): boolean {
  const isOther = besideStock.some((finding) => isRed(finding) || isColumnOrder(finding))
  return ledger.refused.length === 0 && ledger.statementsLoaded > 0 && !findings.some(isRed) && !isOther
}

function isRed({ notice }: Finding): boolean {
  return !notice
}

function isColumnOrder({ check, message }: Finding): boolean {
  return check === 'schema' && message.includes('order of columns of an inheritance child')
}

function describe({ form, ledger, findings, besideStock }: CopyResult): readonly string[] {
  const { statementsLoaded, refused } = ledger
  const [red, notices] = [findings.filter(isRed), findings.filter(({ notice }) => notice)]
  const beside = besideStock.filter((finding) => isRed(finding) || isColumnOrder(finding))
  const moved = new Set(notices.filter(isColumnOrder).map(({ object }) => object?.replace(/\.[^.]*$/, '')))
  return [
    `${form}: ${statementsLoaded} statements, ${refused.length} refused`,
    `  the source and ours: ${red.length} findings; columns in another order in ${moved.size} children: ${[...moved].join(', ')}`,
    `  stock and ours: ${beside.length} findings, the order of columns included`,
    ...refused.map(({ verb, object, refusal }) => `  refused: ${verb} ${object}: ${refusal.message}`),
    ...red.map((finding) => `  ${describeFinding(finding)}${valuesOf(finding)}`),
    ...beside.map((finding) => `  beside stock: ${describeFinding(finding)}${valuesOf(finding)}`),
    ...notices.filter((one) => !isColumnOrder(one)).map((finding) => `  notice: ${describeFinding(finding)}`),
  ]
}

function valuesOf({ expected, actual }: Finding): string {
  return `\n    - ${expected?.replaceAll('\n', '\n      ') ?? ''}\n    + ${actual?.replaceAll('\n', '\n      ') ?? ''}`
}
