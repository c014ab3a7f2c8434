import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { readLog } from '../../harness/backup/index.ts'
import { exitCode, Fault, parseDuration, scrubLine, systemClock } from '../../harness/core/index.ts'
import {
  judgePlatform,
  ManagementApi,
  readAccess,
  readPlatform,
  readProjectRef,
} from '../../harness/supabase/management/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderPlatform } from '../render-platform.ts'
import { timeOfMigration } from '../time-of-migration.ts'
import { countsCommand } from './platform-counts.ts'
import { restorePointCommand } from './platform-restore-point.ts'
import { readConfig } from './storage-project.ts'

interface PlatformFlags {
  readonly projectRef?: string
  readonly migration?: string
  readonly lasts: string
  readonly maxAge: string
  readonly retentionDays?: string
  readonly restorePoint?: string
  readonly file: string
  readonly config?: string
  readonly format: 'text' | 'json'
}

const exitCodes = { GO: exitCode.go, 'NO-GO': exitCode.noGo, UNDECIDED: exitCode.undecided } as const

export function platformCommand(): Command {
  return new Command('platform')
    .description(
      'what Supabase itself has to go back to: its backups, recovery and restore points, and what a download pulls',
    )
    .option('--project-ref <ref>', 'the project (default: supabase.projectRef of the config, SUPABASE_PROJECT_REF)')
    .option('--max-age <duration>', 'how old the newest backup may be', '26h')
    .option('--migration <time>', 'when a migration begins, with its zone: its backup must outlive it')
    .option('--lasts <duration>', 'how long it may take, and be undone', '24h')
    .option('--retention-days <days>', 'how long the plan keeps a backup, which the platform doesn’t say')
    .option('--restore-point <name>', 'a restore point that must be available')
    .option('--file <file>', 'the backup log that the dashboard’s steps are signed in', 'backup-log.md')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(platform)
    .addCommand(restorePointCommand())
    .addCommand(countsCommand())
}

async function platform(flags: PlatformFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const day = {
    maxAgeMs: parseDuration(flags.maxAge),
    migrationAt: flags.migration === undefined ? null : timeOfMigration(flags.migration),
    lastsMs: parseDuration(flags.lasts),
    retentionMs: flags.retentionDays === undefined ? null : daysOf(flags.retentionDays),
  }
  const { supabase, project } = await readConfig(flags.config)
  const ref = readProjectRef(flags.projectRef, process.env, supabase)
  const api = new ManagementApi(readAccess(process.env), ref, { signal: interrupt.signal })
  const report = judgePlatform(await readPlatform(api, flags.restorePoint ?? null), day, systemClock)
  const color = process.stdout.isTTY && !process.env['NO_COLOR']
  const log = await logAt(flags.file, project)
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderPlatform(report, log, color),
  )
  process.exitCode = exitCodes[report.answer]
}

/** Read alone; of no project where there is none yet. */
async function logAt(file: string, project: string) {
  const markdown = resolve(file)
  return readLog({ markdown, json: `${markdown.replace(/\.md$/i, '')}.json` }, project, true)
}

export function daysOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return parseDuration(`${text}d`)
  throw new Fault('E_USAGE', `"${scrubLine(text, 40)}" is no number of days`, { hint: '--retention-days 7' })
}
