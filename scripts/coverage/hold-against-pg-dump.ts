import { loadEveryKind, copyEveryKind } from '../../harness/facts/rich-database/load-every-kind.ts'
import { isFor, mutants, runMutant, statementsOf, type Mutant } from '../../harness/compare/mutants/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { silentProgress } from '../../harness/core/index.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { oracleEngine } from '../../harness/restore/testing/oracle-test.ts'

export interface HoldOptions {
  readonly major: number
  readonly tools: ClientTools
  /** Which mutants, by their SQL. */
  readonly accepts: (sql: string) => boolean
}

export interface HeldMutant {
  readonly sql: string
  /** What pg_dump says against what the mutant claims; null: they agree. */
  readonly disagreement: string | null
}

const copy = 'copied'

/**
 * Of every mutant: is the text that pg_dump and pg_dumpall write another exactly when the mutant says so? What a
 * comparison says of it is the mutants' own test.
 */
export async function* holdMutantsAgainstPgDump(options: HoldOptions): AsyncGenerator<HeldMutant> {
  const chosen = mutants.filter(
    (mutant) =>
      isFor(mutant, options.major) && !mutant.insideOnly && options.accepts(statementsOf(mutant, copy).join('; ')),
  )
  const [shared, own] = [chosen.filter(({ isShared }) => isShared), chosen.filter(({ isShared }) => !isShared)]
  // What belongs to the whole server can't be taken back by dropping a copy.
  for (const group of [own, ...shared.map((mutant) => [mutant])]) {
    if (group.length === 0) continue
    await using server = await startServer(options.major)
    const before = await textOf(server, options.tools)
    for (const mutant of group) yield await hold(server, mutant, before, options.tools)
  }
}

async function startServer(major: number): Promise<DisposableServer> {
  await using starting = new AsyncDisposableStack()
  const server = starting.use(
    await oracleEngine().start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    ),
  )
  await loadEveryKind(server, copy)
  starting.move()
  return server
}

async function hold(server: DisposableServer, mutant: Mutant, before: string, tools: ClientTools): Promise<HeldMutant> {
  const sql = statementsOf(mutant, copy).join('; ')
  await renewCopy(server)
  {
    await using session = await server.connect(copy)
    await runMutant(session, mutant, copy)
  }
  const shows = (await textOf(server, tools)) !== before
  const claims = mutant.restoreOnly === undefined
  if (shows === claims) return { sql, disagreement: null }
  return { sql, disagreement: shows ? 'pg_dump shows it, though it is said not to' : 'pg_dump does not show it' }
}

async function renewCopy(server: DisposableServer): Promise<void> {
  {
    await using administering = await server.connect('postgres')
    await administering.query(`ALTER DATABASE ${copy} IS_TEMPLATE false`)
    const [subscription] = await administering.query(`SELECT 1 AS there FROM pg_catalog.pg_subscription`)
    if (subscription !== undefined) {
      await using session = await server.connect(copy)
      await session.query('ALTER SUBSCRIPTION feed DISABLE')
      await session.query('ALTER SUBSCRIPTION feed SET (slot_name = NONE)')
      await session.query('DROP SUBSCRIPTION feed')
    }
    await administering.query(`DROP DATABASE ${copy}`)
  }
  await copyEveryKind(server, copy)
}

/** Comments name the dumping program, and the newer minors begin with a key of their own. */
async function textOf(server: DisposableServer, tools: ClientTools): Promise<string> {
  const database = await runTool(tools, 'pg_dump', ['-C', '--schema-only', '-d', copy], server.address)
  const globals = await runTool(tools, 'pg_dumpall', ['--globals-only', '-l', 'postgres'], server.address)
  return `${database.stdout.toString()}\n${globals.stdout.toString()}`
    .split('\n')
    .filter((line) => !/^(?:--|\\(?:un)?restrict )/.test(line) && line !== '')
    .join('\n')
}
