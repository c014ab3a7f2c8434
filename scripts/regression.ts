import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exitCode } from '../harness/core/index.ts'
import { runRegression, type Asked } from './regression/run-regression.ts'

const usage = `usage: npm run regression -- <cache folder> [--major <15|17>] [--to <major>]…

Builds PostgreSQL's own regression suite from Debian's source package into the cache folder, runs it on a server that
sees its files, dumps the database that it leaves behind, restores it by us and compares: nothing may differ but the order
of columns in children of inheritance, and that only as in pg_restore's own copy. Too few tests that pass are a failure
too. --to: restores on a server of that major; its own where none is named. Needs pg_dump: set REHEARSAL_CLIENTS to the
folder that .ci/install-client-tools was given; and gcc, libc6-dev, make, perl, bison, flex and bzip2 to build.
As root, the cache folder must lie below folders that everybody may enter.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  const folder = await mkdtemp(join(tmpdir(), 'regression-'))
  try {
    const isRight = await runRegression(asked, folder, (line) => process.stdout.write(`${line}\n`))
    return isRight ? exitCode.go : exitCode.noGo
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { major: { type: 'string', default: '15' }, to: { type: 'string', multiple: true } },
    })
    const [cache, ...more] = positionals
    const major = Number(values.major)
    const to = (values.to ?? [values.major]).map(Number)
    return cache === undefined || more.length > 0 || ![major, ...to].every((one) => one > 0)
      ? null
      : { cache: resolve(cache), major, to }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}
