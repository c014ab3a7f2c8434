import { Command, Option } from 'commander'
import { judgeStatus, readHistory, surveySets } from '../../harness/backup/index.ts'
import { isStored, loadConfig } from '../../harness/config/index.ts'
import { exitCode, parseDuration, systemClock } from '../../harness/core/index.ts'
import { lookAt } from '../bring-here.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderStatus } from '../render-status.ts'

interface StatusFlags {
  readonly backups?: string
  readonly maxAge?: string
  readonly history?: string
  readonly config?: string
  readonly format: 'text' | 'json'
}

export function statusCommand(): Command {
  return new Command('status')
    .description('every backup set, its age, and what the last rehearsal said of it')
    .option('--backups <folder>', 'folder of backup sets, or s3:// or sftp:// (default: the config’s)')
    .option('--max-age <duration>', 'the newest GO may be at most this old (default: budgets.drill, 35d)')
    .option('--history <file>', 'the record of verdicts (default: .rehearsal/history.jsonl)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(status)
}

async function status({ backups, maxAge, history, config: file, format }: StatusFlags): Promise<void> {
  const flags = { backup: backups, history }
  const { values } = await loadConfig({ file, flags, env: process.env, cwd: process.cwd() })
  const maxAgeMs = maxAge === undefined ? values.budgets.drillMs : parseDuration(maxAge)
  const onRecord = await readHistory(values.history)
  using interrupt = abortOnSignals()
  const { path } = values.backup
  await using looked = await lookAt(path, interrupt.signal)
  const survey = {
    ...(await surveySets(looked.folder, onRecord, systemClock)),
    ...(isStored(path) && { folder: path }),
  }
  const report = judgeStatus(survey, maxAgeMs, systemClock)
  if (format === 'json') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write(renderStatus(report, process.stdout.isTTY && !process.env['NO_COLOR']))
  if (onRecord.unread > 0) {
    process.stderr.write(
      `rehearse: ${onRecord.unread} lines of ${values.history} are no entries and were passed over\n`,
    )
  }
  process.exitCode = report.answer === 'fresh' ? exitCode.go : exitCode.noGo
}
