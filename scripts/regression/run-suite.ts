import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { readResult, type SuiteResult } from './suite-result.ts'
import { dataFolderOf, showSuite } from './suite-server.ts'

/** What `build-suite.sh` made of one major's sources. */
export interface Suite {
  readonly folder: string
  /** `15.18`: of the sources. */
  readonly version: string
  /** The tests within. */
  readonly regress: string
}

export interface SuiteRun {
  /** As the server sees the suite: where functions in C have their library. */
  readonly seen: string
  /** The database that the tests left behind. */
  readonly database: string
  readonly result: SuiteResult
}

export async function buildSuite(major: number, cache: string): Promise<Suite> {
  await run(new URL('build-suite.sh', import.meta.url).pathname, [String(major), cache])
  const folder = join(cache, String(major))
  const told = await run(join(folder, 'bin', 'psql'), ['--version'])
  return { folder, version: /\d+\.\d+/.exec(told)?.[0] ?? '', regress: join(folder, 'regress') }
}

/**
 * Runs PostgreSQL's own tests, which leave one of everything in a database. A few fail on a server with settings such as
 * ours (how many parallel workers a plan says, where a socket is): what they make is there all the same.
 * https://www.postgresql.org/docs/current/regress-run.html
 */
export async function runSuite({ folder, version, regress }: Suite, server: DisposableServer): Promise<SuiteRun> {
  const seen = await showSuite(regress, server)
  // The server writes some results itself, under a uid of its own.
  const output = join(await dataFolderOf(server), 'regression_output')
  for (const part of ['.', 'results', 'testtablespace']) {
    await mkdir(join(output, part), { recursive: true })
    await chmod(join(output, part), 0o777)
  }
  const schedule = await readSchedule(regress, server.major)
  await writeFile(join(output, 'schedule'), schedule)
  const { host, port, user } = server.address
  const printed = await run(
    join(regress, 'pg_regress'),
    [
      `--inputdir=${seen}`,
      `--outputdir=${output}`,
      `--dlpath=${seen}`,
      `--bindir=${join(folder, 'bin')}`,
      `--host=${host}`,
      `--port=${port}`,
      `--user=${user}`,
      `--schedule=${join(output, 'schedule')}`,
      '--max-concurrent-tests=20',
      '--encoding=UTF8',
      '--no-locale',
    ],
    { cwd: output, mayFail: true },
  )
  await forgetSettings(server)
  const diffs = await readIfThere(join(output, 'regression.diffs'))
  const isSameMinor = version === server.version
  return { seen, database: 'regression', result: readResult(schedule, printed, diffs, isSameMinor) }
}

/**
 * pg_regress pins how its database prints values, for its own runs. No plain dump holds that, which a comparison says
 * rightly; here it would say it of every copy.
 */
async function forgetSettings(server: DisposableServer): Promise<void> {
  await using session = await server.connect('postgres')
  await session.query('ALTER DATABASE regression RESET ALL')
}

/**
 * Tests of what the server crashes on where it is older than the sources: they would take the others with them. 17.11 no
 * longer does, asked whether a type that can't be cast to text IS JSON, or for a hash partition of no values.
 */
const crashing: Readonly<Record<number, readonly string[]>> = { 17: ['sqljson', 'hash_part'] }

async function readSchedule(regress: string, major: number): Promise<string> {
  const schedule = await readFile(join(regress, 'parallel_schedule'), 'utf8')
  const left = new Set(crashing[major])
  return schedule
    .split('\n')
    .map((line) =>
      line.startsWith('test:')
        ? line
            .split(' ')
            .filter((test) => !left.has(test))
            .join(' ')
        : line,
    )
    .join('\n')
}

/** Empty where every test passes. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

function run(
  program: string,
  args: readonly string[],
  { cwd, mayFail = false }: { readonly cwd?: string; readonly mayFail?: boolean } = {},
): Promise<string> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && !mayFail) reject(new Error(`${program}: ${error.message}\n${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
}
