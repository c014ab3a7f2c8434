import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exitCode } from '../harness/core/index.ts'
import { findCorpora } from './corpora/find-corpora.ts'
import { renderCount, renderTable } from './corpora/result.ts'
import { runCorpora } from './corpora/run-corpora.ts'

const usage = `usage: npm run corpora -- <folder> [--only <text>]

Restores every dump below the folder (*.dump, *.sql, *.sql.gz, *.sql.zst) by us and by psql, and compares the results;
compares every pair of schemas that a pairs.tsv lists. Needs psql, pg_dump and pg_restore: set REHEARSAL_CLIENTS to the
folder that .ci/install-client-tools was given. --only: those with the text in their path.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  const corpora = await findCorpora(asked.folder, asked.only)
  const total = corpora.dumps.length + corpora.pairs.length
  if (total === 0) {
    process.stderr.write(`nothing to check in ${asked.folder}\n`)
    return exitCode.refused
  }
  let done = 0
  const results = await runCorpora(corpora, ({ name, status, ms }) => {
    done += 1
    process.stderr.write(`${done}/${total} ${name}: ${status} (${(ms / 1_000).toFixed(1)} s)\n`)
  })
  process.stdout.write(`${renderTable(results)}\n\n${renderCount(results)}\n`)
  return results.some(({ status }) => status === 'failed') ? exitCode.noGo : exitCode.go
}

function readArguments(args: readonly string[]): { readonly folder: string; readonly only: string | null } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { only: { type: 'string' } },
    })
    const [folder, ...more] = positionals
    return folder === undefined || more.length > 0 ? null : { folder: resolve(folder), only: values.only ?? null }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}
