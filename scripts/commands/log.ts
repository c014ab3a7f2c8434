import { relative, resolve } from 'node:path'
import { Command } from 'commander'
import {
  findElsewhere,
  readHistory,
  readLog,
  signLog,
  surveySets,
  updateLog,
  writeLog,
  type BackupLog,
  type Survey,
} from '../../harness/backup/index.ts'
import { isStored, loadConfig } from '../../harness/config/index.ts'
import { exitCode, systemClock } from '../../harness/core/index.ts'
import { isOfDashboard, requireKnownStep } from '../../harness/supabase/management/index.ts'
import { lookAt } from '../bring-here.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderLog } from '../render-log.ts'

interface LogFlags {
  readonly backups?: string
  readonly file?: string
  readonly history?: string
  readonly config?: string
  readonly overwrite?: boolean
}

const usualFile = 'backup-log.md'

interface SignFlags extends LogFlags {
  readonly set: string
  readonly role: string
  readonly name: string
}

export function logCommand(): Command {
  const sign = withPlace(new Command('sign').description('signs a set of the log off, by name'))
    .requiredOption('--set <name>', 'the set: its name, its folder’s, its id, or its digest')
    .requiredOption('--role <role>', '"Created by", "Verified by", or a role of your own')
    .requiredOption('--name <name>', 'who signs')
    // What both have, the outer one takes where it comes after the word `sign`.
    .action(async (own: SignFlags, command: Command) => {
      const flags = { ...command.parent?.opts<LogFlags>(), ...own }
      requireKnownStep(own.role)
      await update(flags, (log) => signLog(log, flags.set, flags, systemClock))
    })
  return withPlace(new Command('log'))
    .description('writes and updates the backup log: a section a set, with its rehearsals, notes and sign-offs')
    .action(async (flags: LogFlags) => update(flags, (log) => log))
    .addCommand(sign)
}

function withPlace(command: Command): Command {
  return command
    .option('--backups <folder>', 'folder of backup sets, or s3:// or sftp:// (default: the config’s)')
    .option('--file <file>', `where the log is; its source lies beside it, as .json (default: ${usualFile})`)
    .option('--history <file>', 'the record of verdicts (default: .rehearsal/history.jsonl)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .option('--overwrite', 'drop what was written by hand elsewhere than in the notes')
}

async function update(flags: LogFlags, change: (log: BackupLog) => BackupLog): Promise<void> {
  const { backups, history, config: file, overwrite = false } = flags
  const cwd = process.cwd()
  const { values, root } = await loadConfig({ file, flags: { backup: backups, history }, env: process.env, cwd })
  const markdown = resolve(cwd, flags.file ?? usualFile)
  const place = { markdown, json: `${markdown.replace(/\.md$/i, '')}.json` }
  const log = await readLog(place, values.project, overwrite)
  const survey = await surveyPlace(values.backup.path, values.history)
  const elsewhere = await findElsewhere(log, survey, root)
  const updated = change(updateLog(log, { survey, root, elsewhere }, systemClock))
  await writeLog(place, updated, renderLog)
  const open = updated.entries.filter(
    ({ goneSince, signOffs }) => goneSince === null && signOffs.every(({ role }) => isOfDashboard(role)),
  )
  const unsigned = open.length === 0 ? '' : `, ${open.length} not signed off`
  process.stdout.write(
    `${relative(cwd, markdown)}: ${updated.entries.length === 1 ? '1 set' : `${updated.entries.length} sets`}${unsigned}\n`,
  )
  process.exitCode = exitCode.go
}

/** Of a store, names, sizes and manifests are looked at, and no dump is brought. */
async function surveyPlace(place: string, history: string): Promise<Survey> {
  using interrupt = abortOnSignals()
  await using looked = await lookAt(place, interrupt.signal)
  const survey = await surveySets(looked.folder, await readHistory(history), systemClock)
  if (!isStored(place)) return survey
  const folder = place.replace(/\/+$/, '')
  const sets = survey.sets.map((one) => ({ ...one, set: { ...one.set, root: `${folder}/${one.name}` } }))
  return { ...survey, folder, sets }
}
