import { access, constants } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { defaultAccess } from '../../harness/behaviour/index.ts'
import { exitCode, Fault, scrubLine } from '../../harness/core/index.ts'
import { factsText, writeFacts, type Facts } from '../../harness/facts/index.ts'
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
  if (out !== undefined) await requireFolder(out)
  const facts = await observeDatabase(nameConnection(database, process.env, 'env:DATABASE_URL'), {
    depth,
    schemas: schema ?? null,
    access: defaultAccess,
    progress: terminalProgress(process.stderr),
    signal: interrupt.signal,
  })
  const missing = (schema ?? []).find((name) => !facts.schemas.includes(name))
  if (missing !== undefined) {
    throw new Fault('E_USAGE', `there is no schema ${scrubLine(missing)} in ${scrubLine(database)}`, {
      hint: 'see how it is spelled: names are taken as they are, case included',
    })
  }
  if (out === undefined) await print(facts)
  else await writeFacts(out, facts)
  process.exitCode = exitCode.go
}

/** Said before a database is read for an hour. */
async function requireFolder(file: string): Promise<void> {
  const folder = dirname(resolve(file))
  try {
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new Fault('E_EVIDENCE_WRITE', `cannot write into ${scrubLine(folder)}`, {
      hint: 'check the folder, its space and its permissions',
      cause,
    })
  }
}

/** No faster than it is read. Whoever read it may have gone (`| head`). */
async function print(facts: Facts): Promise<void> {
  for (const chunk of factsText(facts)) {
    if (!process.stdout.writable) return
    await new Promise<void>((resolve) => process.stdout.write(chunk, () => resolve()))
  }
}
