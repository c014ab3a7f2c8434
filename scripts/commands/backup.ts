import { relative } from 'node:path'
import { Command, Option } from 'commander'
import { readProtection, type DumpSource, type Protection } from '../../harness/backup/index.ts'
import { loadConfig, type ConfigValues } from '../../harness/config/index.ts'
import { countOf, exitCode, Fault, formatBytes, systemClock } from '../../harness/core/index.ts'
import { deriveFromBackup, importBackup, nameConnection, sequenceMemory, takeBackup } from '../../harness/run/index.ts'
import { collect, compressMethod, wholeNumber, type BackupFlags } from './backup-flags.ts'
import { storageBeside } from './storage-download.ts'
import { sizeOf } from './storage-flags.ts'
import { agreeToPull, describePull, usualBound, type Pull } from '../agree-to-pull.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderFault } from '../render-fault.ts'
import { renderTaken } from '../render-taken.ts'
import { tellOfFault, teamOf } from '../tell-team.ts'
import { terminalProgress } from '../terminal-progress.ts'

export function backupCommand(): Command {
  return new Command('backup')
    .description('takes a backup of a live database: a dump and its baseline out of one snapshot, read back and sealed')
    .option('--from <source>', 'the database: env:NAME, or a connection URL without a password')
    .option('--import <folder>', 'seal a set that another tool wrote, after reading it through')
    .option('--derive <set>', 'the plain files of a set that was taken without them, into another folder')
    .option('--out <folder>', 'folder of sets; the set gets a folder of its own in it', 'backups')
    .addOption(new Option('--format <format>', "pg_dump's").choices(['custom', 'directory']).default('custom'))
    .option('--compress <method>', "pg_dump's (default: zstd where it knows that, else gzip)", compressMethod)
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
    .option('--storage', 'the files of Supabase Storage too, right after the dump')
    .option('--url <url>', 'with --storage, the project (default: supabase.url of the config, SUPABASE_URL)')
    .option('--key <env:NAME>', 'with --storage, variable with its secret key (default: supabase.key of the config)')
    .addOption(
      new Option(
        '--ask-above <size>',
        'asks before it pulls more out of a Supabase project; where nobody can be asked, files need --yes',
      )
        .argParser(sizeOf)
        .default(sizeOf(usualBound), usualBound),
    )
    .option('--yes', 'pulls however much it is')
    .option('--protect', 'encrypt (age) and sign it before it gets its name; also backup.protect in the config')
    .option('--no-protect', 'leave it in plain text, whatever the config says')
    .option('--recipients <age1,…>', 'public keys that can decrypt it (means --protect)')
    .option('--identity <key>', 'proves that it decrypts: env:NAME, or a key file')
    .option('--signing-key <key>', 'what it is signed with: env:NAME, or a PEM file (means --protect)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .option('--strict', 'end with 2 where something has shrunk to less than half since the last set')
    .option('--json', 'print what was taken as JSON')
    .action(backup)
}

async function backup(flags: BackupFlags): Promise<void> {
  using interrupt = abortOnSignals()
  if ([flags.from, flags.import, flags.derive].filter((given) => given !== undefined).length !== 1) {
    throw new Fault('E_USAGE', 'a backup is taken of a database, or imported, or plain files are derived of one', {
      hint: 'give --from env:DATABASE_URL, or --import <folder>, or --derive <set>',
    })
  }
  const { url, key, storage = false } = flags
  if ((url !== undefined || key !== undefined) && !storage) {
    throw new Fault('E_USAGE', '--url and --key name a project of Storage', { hint: 'say --storage to take its files' })
  }
  if (flags.jobs > 1 && flags.format !== 'directory') {
    throw new Fault(
      'E_USAGE',
      '--jobs is for a dump in directory format, which pg_dump writes by several connections',
      {
        hint: 'add --format directory, or leave --jobs out',
      },
    )
  }
  if (storage && flags.import !== undefined) {
    throw new Fault('E_USAGE', '--storage brings files beside a dump that is taken, and this one is imported', {
      hint: 'rehearse storage download <folder>/storage, and then --import <folder>, which takes them in',
    })
  }
  if (flags.derive !== undefined) await derive(flags, flags.derive, interrupt.signal)
  else if (flags.import === undefined) await take(flags, flags.from ?? '', interrupt.signal)
  else await seal(flags, flags.import, interrupt.signal)
}

async function take(flags: BackupFlags, from: string, signal: AbortSignal): Promise<void> {
  const { out, format, compress, jobs, artefacts, critical, rolePasswords } = flags
  const startedMs = performance.now()
  const { recipients, identity, signingKey, config: file } = flags
  const given = { backup: out, recipients, identity, signingKey }
  const { values } = await loadConfig({ file, flags: given, env: process.env, cwd: process.cwd() })
  const protection = await protectionOf(flags, values)
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
    protection,
    details: detailsOf(flags),
    environment: process.env,
    clock: systemClock,
    progress: terminalProgress(process.stderr),
    signal,
  }
  const taken = await tellOfFault(team, 'backup', async () => {
    const storage = flags.storage === true ? await storageBeside(flags, values, signal) : null
    const beforeDump = async ({ isSupabase, tableBytes }: DumpSource): Promise<void> =>
      agree({ tableBytes: isSupabase ? tableBytes : null, storage: storage?.pull ?? null }, flags, signal)
    return takeBackup({ ...request, beforeDump, bringStorage: storage?.bring })
  })
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
  process.stdout.write(renderTaken(taken, { out, values, tookMs: performance.now() - startedMs }))
}

/** Shown whatever it is, for the plan's quota is by the month. */
async function agree(pull: Pull, { askAbove, yes = false }: BackupFlags, signal: AbortSignal): Promise<void> {
  if (pull.tableBytes === null && pull.storage === null) return
  process.stderr.write(`  pulls ${describePull(pull)}: egress of the project\n`)
  await agreeToPull(pull, { askAbove, yes, terminal: { input: process.stdin, output: process.stderr }, signal })
}

async function seal(flags: BackupFlags, folder: string, signal: AbortSignal): Promise<void> {
  const onFile = (name: string): void => void process.stderr.write(`  reading ${name}\n`)
  const manifest = await importBackup(folder, { ...detailsOf(flags), signal, onFile })
  process.exitCode = exitCode.go
  if (flags.json) process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`)
  else {
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    process.stdout.write(
      `  ${folder} is sealed: ${countOf(manifest.files.length, 'file')}, ${formatBytes(bytes)}, no baseline\n`,
    )
  }
}

async function derive({ out, critical = [], json }: BackupFlags, set: string, signal: AbortSignal): Promise<void> {
  const onFile = (name: string): void => void process.stderr.write(`  writing ${name}\n`)
  const request = { set, out, critical, clock: systemClock, signal, onFile }
  const { path, manifest } = await deriveFromBackup(request, process.env)
  process.exitCode = exitCode.go
  if (json) process.stdout.write(`${JSON.stringify({ path, manifest }, null, 2)}\n`)
  else
    process.stdout.write(
      `  ${relative(process.cwd(), path)}: ${countOf(manifest.files.length, 'plain file')}, sealed\n`,
    )
}

/** Null: it stays in plain text. Keys named on the command line are meant to be used. */
async function protectionOf(flags: BackupFlags, values: ConfigValues): Promise<Protection | null> {
  const isNamed = flags.recipients !== undefined || flags.signingKey !== undefined
  const isAsked = flags.protect ?? (isNamed || values.backup.protect)
  return isAsked ? readProtection(values, sequenceMemory(values), process.env) : null
}

function detailsOf({ name, description, purpose, label, retention, by }: BackupFlags) {
  const details = { name, description, purpose, label, retention, createdBy: by }
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
}
