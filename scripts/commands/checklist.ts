import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import {
  gatherFacts,
  judgeChecklist,
  readIdentities,
  readPublicKey,
  readSignOffs,
  signItem,
  signOffsOf,
  toPolicy,
  writeSignOffs,
  type MigrationDay,
} from '../../harness/backup/index.ts'
import { isStored, loadConfig, type ConfigValues } from '../../harness/config/index.ts'
import { exitCode, parseDuration, scrubLine, systemClock } from '../../harness/core/index.ts'
import { processWatch, sequenceMemory } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { fetchAside, lookAt } from '../bring-here.ts'
import { daysOf } from './platform.ts'
import { platformOfDay } from '../platform-of-day.ts'
import { renderChecklist } from '../render-checklist.ts'
import { timeOfMigration } from '../time-of-migration.ts'

interface PlaceFlags {
  readonly migration?: string
  readonly file?: string
}

interface SignFlags extends PlaceFlags {
  readonly item: string
  readonly name: string
}

interface ChecklistFlags extends PlaceFlags {
  readonly backups?: string
  readonly fullWithin: string
  readonly freshWithin: string
  readonly lasts: string
  readonly platform: boolean
  readonly retentionDays?: string
  readonly history?: string
  readonly config?: string
  readonly format: 'text' | 'json'
}

const usualFile = 'migration-checklist.json'

export function checklistCommand(): Command {
  const sign = withPlace(new Command('sign').description('signs off what only a person can say, by name'))
    .requiredOption('--item <item>', 'rollback-plan, team-told or sign-off')
    .requiredOption('--name <name>', 'who signs')
    /* What both have, the outer one takes where it comes after the word `sign`. */
    .action((own: SignFlags, command: Command) => signOff({ ...command.parent?.opts<PlaceFlags>(), ...own }))
  return withPlace(new Command('checklist'))
    .description('whether a migration may begin: what migration day asks for, what is done, and what is missing')
    .option('--backups <folder>', 'folder of backup sets, or s3:// or sftp:// (default: the config’s)')
    .option('--full-within <duration>', 'how old the full set may be at T-0', '24h')
    .option('--fresh-within <duration>', 'how old the fresh set may be at T-0', '30m')
    .option('--lasts <duration>', 'how long the migration may take: no set may expire meanwhile', '24h')
    .option('--retention-days <days>', 'how long Supabase’s plan keeps a backup, which the platform doesn’t say')
    .option('--no-platform', 'leaves Supabase’s own backups out, though a project is named')
    .option('--history <file>', 'the record of verdicts (default: .rehearsal/history.jsonl)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(checklist)
    .addCommand(sign)
}

function withPlace(command: Command): Command {
  return command
    .option('--migration <time>', 'when it begins, with its zone: 2026-03-01T20:00:00Z')
    .option('--file <file>', `where the sign-offs are (default: ${usualFile})`)
}

async function checklist(flags: ChecklistFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const day: MigrationDay = {
    migrationAt: timeOfMigration(flags.migration),
    lastsMs: parseDuration(flags.lasts),
    fullWithinMs: parseDuration(flags.fullWithin),
    freshWithinMs: parseDuration(flags.freshWithin),
  }
  const given = { backup: flags.backups, history: flags.history }
  const cwd = process.cwd()
  const { values } = await loadConfig({ file: flags.config, flags: given, env: process.env, cwd })
  const signOffs = signOffsOf(await readSignOffs(resolve(cwd, flags.file ?? usualFile)), day.migrationAt)
  const { path: place } = values.backup
  const { signal } = interrupt
  await using looked = await lookAt(place, signal)
  const facts = await gatherFacts(day, {
    folder: looked.folder,
    elsewhere: isStored(place) ? { place, bring: async (name) => fetchAside(place, name, signal) } : null,
    historyPath: values.history,
    policy: toPolicy({ ...values.retention.counts, labels: values.retention.labels }),
    clock: systemClock,
    processes: processWatch,
    verify: { ...(await keysOf(values)), signal },
  })
  const retentionMs = flags.retentionDays === undefined ? null : daysOf(flags.retentionDays)
  const platform = flags.platform ? await platformOfDay(day, values, retentionMs, signal) : null
  const report = judgeChecklist(day, { ...facts, signOffs, platform }, systemClock)
  const color = process.stdout.isTTY && !process.env['NO_COLOR']
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderChecklist(report, color),
  )
  process.exitCode = report.answer === 'GO' ? exitCode.go : exitCode.noGo
}

async function signOff(flags: SignFlags): Promise<void> {
  const migrationAt = timeOfMigration(flags.migration)
  const { file = usualFile } = flags
  const path = resolve(process.cwd(), file)
  await writeSignOffs(path, signItem(await readSignOffs(path), migrationAt, flags, systemClock))
  process.stdout.write(`${file}: ${flags.item} is signed off by ${scrubLine(flags.name, 200)}\n`)
  process.exitCode = exitCode.go
}

async function keysOf({ encrypt, signing, ...values }: ConfigValues) {
  return {
    identities: encrypt.identity === null ? null : await readIdentities(encrypt.identity, process.env),
    publicKey: signing.publicKey === null ? null : await readPublicKey(signing.publicKey),
    memory: sequenceMemory(values),
  }
}
