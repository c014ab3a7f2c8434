import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { exitCode } from '../harness/core/index.ts'
import { findClientTools } from '../harness/restore/testing/client-tools.ts'
import { holdMutantsAgainstPgDump } from './coverage/hold-against-pg-dump.ts'
import { renderLedger } from './coverage/render-ledger.ts'

const usage = `usage: node scripts/coverage.ts [--check | --oracle [--major 15|17|18] [--only <text>]]

Writes docs/coverage.md. --check: says whether it is up to date. --oracle: for every mutant, whether our comparison and
the text of pg_dump and pg_dumpall agree that something changed; needs them: set REHEARSAL_CLIENTS.
`

const file = new URL('../docs/coverage.md', import.meta.url)

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  if (asked.oracle) return await runOracle(Number(asked.major), asked.only)
  const text = renderLedger()
  if (!asked.check) {
    await writeFile(file, text)
    return exitCode.go
  }
  if ((await readFile(file, 'utf8')) === text) return exitCode.go
  process.stderr.write('docs/coverage.md is stale: run node scripts/coverage.ts\n')
  return exitCode.noGo
}

async function runOracle(major: number, only: string): Promise<number> {
  const tools = await findClientTools(major)
  if (tools === null) {
    process.stderr.write(`there is no pg_dump for PostgreSQL ${major} here: set REHEARSAL_CLIENTS\n`)
    return exitCode.refused
  }
  let [held, failures] = [0, 0]
  const accepts = (sql: string): boolean => sql.includes(only)
  for await (const { sql, disagreement } of holdMutantsAgainstPgDump({ major, tools, accepts })) {
    held += 1
    if (disagreement === null) continue
    failures += 1
    process.stdout.write(`${disagreement}: ${sql}\n`)
  }
  process.stdout.write(`${held} mutants on PostgreSQL ${major}, pg_dump ${tools.version}: ${failures} disagreements\n`)
  return failures > 0 ? exitCode.noGo : exitCode.go
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        check: { type: 'boolean', default: false },
        oracle: { type: 'boolean', default: false },
        major: { type: 'string', default: '17' },
        only: { type: 'string', default: '' },
      },
    })
    return values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}
