import { appendFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { Command, Option } from 'commander'
import { loadConfig, type ConfigFlags } from '../../harness/config/index.ts'
import { systemClock } from '../../harness/core/index.ts'
import { serialiseFacts } from '../../harness/facts/index.ts'
import { renderJson, renderMarkdownSummary, renderTerminal, writeEvidence } from '../../harness/report/index.ts'
import { rehearse } from '../../harness/run/index.ts'
import { vitestSpecRunner } from '../../harness/vitest/launch.ts'
import { abortOnSignals } from '../interrupt.ts'
import { packageVersion } from '../package-version.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface RunFlags extends ConfigFlags {
  readonly config?: string
  readonly keep?: boolean
  readonly json?: boolean
}

export function runCommand(): Command {
  return new Command('run')
    .description('a whole rehearsal: find the latest backup, restore it, compare it, answer')
    .option('--backup <set or dump>', 'a folder of backup sets (the latest is taken), one set, or one dump')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .addOption(
      new Option('--engine <kind>', 'where the disposable Postgres comes from').choices([
        'auto',
        'embedded',
        'container',
        'server',
      ]),
    )
    .option('--baseline <facts.json>', "production's facts recorded with the dump (default: the set's own)")
    .option('--production <env:NAME>', 'the environment variable that holds the URL of production')
    .option('--out <dir>', 'folder of the evidence (default: .rehearsal/latest)')
    .option('--keep', 'leave the restored database up, and print how to look at it')
    .option('--project <name>', 'name in the reports')
    .option('--database <name>', 'which database of a cluster dump is meant')
    .addOption(
      new Option('--parity <rule>', 'whether a GO needs a comparison with production').choices([
        'required',
        'not-required',
      ]),
    )
    .addOption(new Option('--expect <content>', 'what the backup is meant to hold').choices(['full', 'schema', 'data']))
    .option('--schemas <names>', 'schemas to compare, separated by commas (default: all)')
    .option('--tolerance <share>', 'how far row counts may drift from live production, e.g. 5%')
    .option('--rpo <duration>', 'oldest a backup may be, e.g. 24h')
    .option('--rto <duration>', 'longest a recovery may take, e.g. 30m')
    .option('--image <name>', 'image of the container engine')
    .option('--superuser <name>', "the disposable server's superuser (default: postgres)")
    .option('--specs <globs>', 'your own specs, separated by commas (default: specs/**/*.spec.ts)')
    .option('--json', 'print the verdict as JSON')
    .action(runRehearsal)
}

async function runRehearsal({ config: file, keep = false, json = false, ...flags }: RunFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const config = await loadConfig({ ...(file ? { file } : {}), flags, env: process.env, cwd: process.cwd() })
  const { record, facts, kept } = await rehearse({
    config,
    keep,
    clock: systemClock,
    progress: terminalProgress(process.stderr),
    signal: interrupt.signal,
    environment: process.env,
    specRunner: vitestSpecRunner,
    toolVersion: packageVersion(),
  })
  const evidence = await writeEvidence(record, facts && serialiseFacts(facts), config.values.out)
  const summaryFile = process.env['GITHUB_STEP_SUMMARY']
  if (summaryFile) await appendFile(summaryFile, `${renderMarkdownSummary(record)}\n`)
  if (json) process.stdout.write(`${renderJson(record)}\n`)
  else {
    const color = process.stdout.isTTY && !process.env['NO_COLOR']
    process.stdout.write(`\n${renderTerminal(record, { color, width: process.stdout.columns ?? 100 })}\n`)
    const report = evidence.find((path) => path.endsWith('report.html'))
    if (report) process.stdout.write(`\n  report  ${relative(process.cwd(), report)}\n`)
  }
  if (kept) process.stderr.write(`\n  look    ${kept.connect}\n  stop    ${kept.stop}\n`)
  process.exitCode = record.verdict.exitCode
}
