import { relative } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../harness/config/index.ts'
import { exitCode, Fault, formatBytes, formatCount, formatDuration, systemClock } from '../../harness/core/index.ts'
import { importBackup, nameConnection, takeBackup } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderFault } from '../render-fault.ts'
import { tellOfFault, teamOf } from '../tell-team.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface BackupFlags {
  readonly from?: string
  readonly import?: string
  readonly out: string
  readonly format: 'custom' | 'directory'
  readonly compress?: string
  readonly jobs: number
  readonly artefacts: 'none' | 'all'
  readonly critical?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly purpose?: string
  readonly label?: string
  readonly retention?: string
  readonly by?: string
  readonly rolePasswords: boolean
  readonly strict?: boolean
  readonly json?: boolean
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('takes a backup of a live database: a dump and its baseline out of one snapshot, read back and sealed')
    .option('--from <source>', 'the database: env:NAME, or a connection URL without a password')
    .option('--import <folder>', 'seal a set that another tool wrote, after reading it through')
    .option('--out <folder>', 'folder of sets; the set gets a folder of its own in it', 'backups')
    .addOption(new Option('--format <format>', "pg_dump's").choices(['custom', 'directory']).default('custom'))
    .option('--compress <method>', "pg_dump's (default: zstd where it knows that, else gzip)")
    .option('--jobs <number>', 'connections of pg_dump, with --format directory', wholeNumber, 1)
    .addOption(
      new Option('--artefacts <which>', 'plain files beside the dump: schema, data, each schema, policies, functions')
        .choices(['none', 'all'])
        .default('none'),
    )
    .option('--critical <table…>', 'a plain file of this table alone; may be given again', collect)
    .option('--label <label>', 'pre-migration, post-migration, monthly, archive, …')
    .option('--name <name>', 'a name for people (default: the time)')
    .option('--description <text>', 'what it is')
    .option('--purpose <text>', 'what it is for')
    .option('--retention <text>', 'how long it is to be kept')
    .option('--by <name>', 'who takes it')
    .option('--no-role-passwords', 'leave the hashes of passwords out of roles.sql')
    .option('--strict', 'end with 2 where something has shrunk to less than half since the last set')
    .option('--json', 'print what was taken as JSON')
    .action(backup)
}

async function backup(flags: BackupFlags): Promise<void> {
  using interrupt = abortOnSignals()
  if ((flags.from === undefined) === (flags.import === undefined)) {
    throw new Fault('E_USAGE', 'a backup is taken of a database, or imported', {
      hint: 'give --from env:DATABASE_URL, or --import <folder>',
    })
  }
  if (flags.import === undefined) await take(flags, flags.from ?? '', interrupt.signal)
  else await seal(flags, flags.import, interrupt.signal)
}

async function take(flags: BackupFlags, from: string, signal: AbortSignal): Promise<void> {
  const { out, format, compress, jobs, artefacts, critical, rolePasswords } = flags
  const startedMs = performance.now()
  const { values } = await loadConfig({ flags: { backup: out }, env: process.env, cwd: process.cwd() })
  const team = teamOf(values, process.env)
  const source = nameConnection(from, process.env, 'env:DATABASE_URL')
  const request = {
    source,
    out,
    format,
    compress: compress ?? null,
    jobs,
    artefacts,
    rolePasswords,
    critical: critical ?? [],
    details: detailsOf(flags),
    environment: process.env,
    clock: systemClock,
    progress: terminalProgress(process.stderr),
    signal,
  }
  const taken = await tellOfFault(team, 'backup', () => takeBackup(request))
  const { id, name, createdAt } = taken.manifest
  const text = `${values.project}: a backup was taken: ${name}, ${formatBytes(taken.bytes)}${taken.shrunk.map((line) => `; ${line}`).join('')}`
  const untold = await team.tell({ event: 'backup', outcome: 'done', text, set: { id, name, createdAt } })
  if (untold) process.stderr.write(renderFault(untold, false))
  // The set is there and whole; but code 0 would say that the team knows.
  const isDoubtful = flags.strict === true && taken.shrunk.length > 0
  process.exitCode = untold || isDoubtful ? exitCode.undecided : exitCode.go
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(taken, null, 2)}\n`)
    return
  }
  const took = formatDuration(performance.now() - startedMs)
  const size = `${formatBytes(taken.bytes)}, ${formatCount(taken.rows)} rows in ${taken.tables} tables, in ${took}`
  const lines = [
    `${relative(process.cwd(), taken.path) || '.'}  ${size}`,
    ...taken.notes.map((note) => `${taken.shrunk.includes(note) ? 'WARNING' : 'note'}: ${note}`),
  ]
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join('')}`)
  process.stdout.write(`\n  A backup is one when it was restored: rehearse run --backup ${out}\n`)
}

async function seal(flags: BackupFlags, folder: string, signal: AbortSignal): Promise<void> {
  const onFile = (name: string): void => void process.stderr.write(`  reading ${name}\n`)
  const manifest = await importBackup(folder, { ...detailsOf(flags), signal, onFile })
  process.exitCode = exitCode.go
  if (flags.json) process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`)
  else {
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    process.stdout.write(`  ${folder} is sealed: ${manifest.files.length} files, ${formatBytes(bytes)}, no baseline\n`)
  }
}

function detailsOf({ name, description, purpose, label, retention, by }: BackupFlags) {
  const details = { name, description, purpose, label, retention, createdBy: by }
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
}

function wholeNumber(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number
  throw new InvalidArgumentError('a whole number from 1 to 64')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
