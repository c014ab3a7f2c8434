import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, appendFile, lstat, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Fault } from '../harness/core/index.ts'
import { removeTree } from '../harness/engine/remove-tree.ts'
import type { ServerAddress } from '../harness/postgres/index.ts'
import type { ClientTools } from '../harness/restore/testing/client-tools.ts'
import { runClient } from './run-client.ts'
import { nameAmount, type Format, type Scenario } from './scenarios.ts'
import { startBenchServer } from './servers.ts'

/** One dump of a database that the bench made. */
export interface BenchDump {
  readonly format: Format
  /** A file, or a folder: `directory`, `inserts`. */
  readonly path: string
  readonly bytes: number
  /** Of the same database's plain dump, or of both files of `inserts`. */
  readonly plainBytes: number
}

export interface DumpWish {
  readonly scenario: Scenario
  readonly amount: number
  readonly formats: readonly Format[]
  readonly major: number
  readonly tools: ClientTools
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const fileNames: Readonly<Record<Format, string>> = {
  plain: 'full.sql',
  custom: 'full.dump',
  'custom-none': 'full-none.dump',
  directory: 'full.dir',
  inserts: 'supabase',
}

/** Real dumps by pg_dump, made once: a second run finds them. The key is whatever decides their content. */
export async function makeDumps(wish: DumpWish): Promise<readonly BenchDump[]> {
  const folder = await openDumpFolder(wish)
  const formats = [...new Set(wish.formats.includes('inserts') ? wish.formats : ['plain' as const, ...wish.formats])]
  const missing: Format[] = []
  for (const format of formats) if (!(await isThere(join(folder, fileNames[format])))) missing.push(format)
  if (missing.length > 0) await dumpAnew(folder, missing, wish)
  return Promise.all(
    wish.formats.map(async (format) => {
      const path = join(folder, fileNames[format])
      const bytes = await sizeOf(path)
      return { format, path, bytes, plainBytes: format === 'inserts' ? bytes : await sizeOf(join(folder, 'full.sql')) }
    }),
  )
}

async function openDumpFolder({ scenario, amount, major, tools }: DumpWish): Promise<string> {
  const root = `/var/tmp/rehearsal-bench-${process.getuid?.() ?? 0}`
  await mkdir(root, { recursive: true, mode: 0o700 })
  const { uid, mode } = await lstat(root)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Fault('E_FILE_UNREADABLE', `${root} is not ours alone`, { hint: 'remove it, it only holds test data' })
  }
  const content = JSON.stringify([scenario.database(amount), major, tools.version, pgDumpArguments('', 0), supabase])
  const key = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const what = `${scenario.name}-${amount}-${major}-`
  // What an earlier generator made of the same kind and size is of no use any more.
  for (const name of await readdir(root))
    if (name.startsWith(what) && name !== what + key) await removeTree(join(root, name))
  await mkdir(join(root, what + key), { recursive: true, mode: 0o700 })
  return join(root, what + key)
}

async function dumpAnew(folder: string, formats: readonly Format[], wish: DumpWish): Promise<void> {
  const { scenario, amount, say, signal } = wish
  // Rows weigh about 40 bytes, a table's definition about 1,000.
  const plainBytes = amount * { bytes: 1, rows: 40, tables: 1_000 }[scenario.unit]
  say(`making ${scenario.name} ${nameAmount(scenario, amount)}: the database`)
  await using source = await startBenchServer({ major: wish.major, plainBytes }, {})
  await source.server.createDatabase(database)
  {
    await using session = await source.server.connect(database, { signal })
    for (const statement of scenario.database(amount)) await session.query(statement)
  }
  for (const format of formats) {
    say(`making ${scenario.name} ${nameAmount(scenario, amount)}: ${fileNames[format]}`)
    const temporary = join(folder, `${fileNames[format]}.${process.pid}.tmp`)
    try {
      await dump(format, temporary, source.server.address, wish)
      await rename(temporary, join(folder, fileNames[format]))
    } finally {
      await removeTree(temporary)
    }
  }
}

const database = 'bench'

async function dump(format: Format, path: string, address: ServerAddress, wish: DumpWish): Promise<void> {
  const pgDump = async (args: readonly string[], output?: string): Promise<void> => {
    const all = [...args, '-d', database]
    const run = { tool: 'pg_dump', args: all, ...(output === undefined ? {} : { output }) } as const
    await runClient(wish.tools, address, run, wish.signal)
  }
  if (format !== 'inserts') return pgDump([...pgDumpArguments(path, availableParallelism())[format]])
  await mkdir(path, { mode: 0o700 })
  const data = join(path, 'data.sql')
  await pgDump([...supabase.schema, '-f', join(path, 'schema.sql')])
  await writeFile(data, supabase.before, { mode: 0o600 })
  await pgDump(supabase.data, data)
  await appendFile(data, supabase.after)
}

function pgDumpArguments(path: string, cores: number): Record<Exclude<Format, 'inserts'>, readonly string[]> {
  return {
    plain: ['-Fp', '-f', path],
    custom: ['-Fc', '-f', path],
    'custom-none': ['-Fc', '-Z0', '-f', path],
    directory: ['-Fd', '-j', String(cores), '-f', path],
  }
}

/** What `supabase db dump` has pg_dump write, without `--use-copy`, and what it puts around it. */
const supabase = {
  schema: ['-Fp', '--schema-only', '--quote-all-identifiers', '--role', 'postgres'],
  data: '-Fp --data-only --quote-all-identifiers --role postgres --column-inserts --rows-per-insert 100000'.split(' '),
  before: 'SET session_replication_role = replica;\n\n',
  after: '\nRESET ALL;\n',
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  return (await readdir(path)).map((name) => join(path, name))
}

async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all((await filesOf(path)).map(async (file) => (await stat(file)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Reads it all once, so that no round pays for the disk. */
export async function warm({ path }: BenchDump): Promise<void> {
  for (const file of await filesOf(path)) await pipeline(createReadStream(file), drain)
}

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) void chunk
}
