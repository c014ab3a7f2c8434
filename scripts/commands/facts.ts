import { Command, Option } from 'commander'
import { exitCode, writeFileWhole } from '../../harness/core/index.ts'
import { serialiseFacts } from '../../harness/facts/index.ts'
import { depths, nameConnection, observeDatabase, type Depth } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface FactsFlags {
  readonly out?: string
  readonly depth: Depth
  readonly schema?: readonly string[]
}

export function factsCommand(): Command {
  return new Command('facts')
    .description('what a database holds, as one document: read-only, for `rehearse diff` or as a baseline')
    .argument('<database>', 'env:NAME, or a connection URL without a password')
    .option('--out <file>', 'where to (default: stdout)')
    .addOption(depthOption())
    .option('--schema <name…>', 'this schema alone; may be given again', collect)
    .action(takeFacts)
}

export function depthOption(): Option {
  return new Option('--depth <depth>', 'definitions alone; rows counted too; or the content of every row too')
    .choices([...depths])
    .default('rows')
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

async function takeFacts(database: string, { out, depth, schema }: FactsFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const facts = await observeDatabase(nameConnection(database, process.env, 'env:DATABASE_URL'), {
    depth,
    schemas: schema ?? null,
    progress: terminalProgress(process.stderr),
    signal: interrupt.signal,
  })
  const text = serialiseFacts(facts)
  if (out === undefined) process.stdout.write(text)
  else await writeFileWhole(out, text)
  process.exitCode = exitCode.go
}
