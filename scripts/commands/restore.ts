import { Command, Option } from 'commander'
import { loadConfig } from '../../harness/config/index.ts'
import { exitCode, systemClock } from '../../harness/core/index.ts'
import { bringBack, sequenceMemory } from '../../harness/run/index.ts'
import { confirmTarget } from '../confirm-target.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderPlan, renderRestored } from '../render-restore.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface RestoreFlags {
  readonly to: string
  readonly only?: 'schema' | 'data'
  readonly table?: readonly string[]
  readonly as?: readonly string[]
  readonly schema?: readonly string[]
  readonly production?: string
  readonly baseline?: string
  readonly identity?: string
  readonly publicKey?: string
  readonly config?: string
  readonly notProduction?: boolean
  readonly older?: boolean
  readonly yes?: string
  readonly dryRun?: boolean
  readonly timeLimit?: string
  readonly json?: boolean
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'restores a backup, or a part of it, into an empty database of a server that is not production, or tables beside others',
    )
    .argument('<dump or set>', 'a dump, a set, or a folder of sets, whose latest whole one is meant')
    .requiredOption('--to <target>', 'where to: env:NAME, or a connection URL without a password')
    .addOption(
      new Option('--only <part>', 'definitions alone, or rows alone into existing tables').choices(['schema', 'data']),
    )
    .option('--table <name…>', 'this table and what it needs; may be given again', collect)
    .option(
      '--as <name…>',
      'what that table is to be called, beside the one that is there; one for each --table',
      collect,
    )
    .option('--schema <name…>', 'this schema and what it needs; may be given again', collect)
    .option('--production <env:NAME>', 'production, to prove that the target is another server')
    .option('--baseline <facts.json>', 'facts recorded with the backup, for the same')
    .option('--identity <key>', 'what an encrypted set is read with: env:NAME, or a key file')
    .option('--public-key <key>', 'what the set has to be signed with: ed25519:…, or a PEM file')
    .option('--older', 'you mean this set, although a newer one of that key was seen here')
    .option('--not-production', 'you say so, where it can not be proven')
    .option('--config <file>', 'config file that names production (default: rehearsal.config.ts in this folder)')
    .option('--yes <database>', 'confirms the target by the name of its database, where nobody can be asked')
    .option('--dry-run', 'look at everything, say what would be done, and stop')
    .option('--time-limit <duration>', 'end it when it takes longer (default: 24h)')
    .option('--json', 'print the report as JSON')
    .action(restore)
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

async function restore(path: string, options: RestoreFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { to, only, table, schema, production, baseline, config: file, dryRun = false, json = false } = options
  const flags = {
    backup: path,
    ...(production === undefined ? {} : { production }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.publicKey === undefined ? {} : { publicKey: options.publicKey }),
    timeLimit: options.timeLimit,
  }
  const { values } = await loadConfig({ file, flags, env: process.env, cwd: process.cwd() })
  const report = await bringBack({
    path: values.backup.path,
    to,
    only: only ?? null,
    tables: table ?? [],
    as: options.as ?? [],
    schemas: schema ?? [],
    production: values.production,
    baseline: values.baseline,
    encrypt: values.encrypt,
    signing: {
      publicKey: values.signing.publicKey,
      memory: sequenceMemory(values),
      older: options.older ?? false,
    },
    notProduction: options.notProduction ?? false,
    dryRun,
    environment: process.env,
    clock: systemClock,
    progress: terminalProgress(process.stderr),
    signal: interrupt.signal,
    timeLimitMs: values.timeLimitMs,
    onPlan: async (plan) => {
      process.stderr.write(`\n${renderPlan(plan)}\n`)
      if (dryRun) return
      const terminal = { input: process.stdin, output: process.stderr }
      await confirmTarget(plan.target, { yes: options.yes ?? null, terminal, signal: interrupt.signal })
    },
  })
  const { restored } = report
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else if (restored) process.stdout.write(`\n${renderRestored(restored)}`)
  else process.stdout.write('nothing was changed: this was a dry run\n')
  process.exitCode = restored === null || restored.state === 'complete' ? exitCode.go : exitCode.noGo
}
