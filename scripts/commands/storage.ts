import { Command, Option } from 'commander'
import { sealStorage } from '../../harness/backup/index.ts'
import type { ConfigFlags } from '../../harness/config/index.ts'
import { countOf, exitCode, Fault, formatBytes, type ExitCode } from '../../harness/core/index.ts'
import {
  restoreIntoFolder,
  restoreStorage,
  verifyFiles,
  verifyLive,
  type Trouble,
} from '../../harness/supabase/storage/index.ts'
import { usualBound } from '../agree-to-pull.ts'
import { abortOnSignals } from '../interrupt.ts'
import { openDownload } from '../open-download.ts'
import { renderDownload, renderLive, renderRestored, renderRestoredFolder, renderVerified } from '../render-storage.ts'
import { StepLines } from '../terminal-progress.ts'
import { fetchStorage, findSetOf } from './storage-download.ts'
import { folderOf, sizeOf } from './storage-flags.ts'
import { manifestCommand } from './storage-manifest.ts'
import {
  openNamed,
  readConfig,
  withConfig,
  withKeys,
  withParallel,
  withProject,
  type ConfiguredFlags,
} from './storage-project.ts'

interface DownloadFlags extends ConfiguredFlags {
  readonly parallel: number
  readonly askAbove: number
  readonly yes?: boolean
}

interface KeyFlags extends ConfiguredFlags {
  readonly identity?: string
  readonly publicKey?: string
}

interface RestoreFlags extends KeyFlags {
  readonly to?: string
  readonly overwrite?: boolean
  readonly parallel: number
}

export function storageCommand(): Command {
  const download = withConfig(withParallel(withProject(new Command('download'))))
    .description('every object into a folder, with a manifest; fetches only what lacks or has changed')
    .argument('<folder>', 'where to: best storage/ in the folder of the backup set', folderOf)
    .addOption(
      new Option(
        '--ask-above <size>',
        'asks before it fetches more, for egress costs; where nobody can be asked it needs --yes',
      )
        .argParser(sizeOf)
        .default(sizeOf(usualBound), usualBound),
    )
    .option('--yes', 'fetches however much it is')
    .action(downloadFolder)
  const verify = withKeys(withProject(new Command('verify')))
    .description('reads every file of a download again; with --live also against what the project lists now')
    .argument('<folder>', 'what `storage download` wrote, or the set it lies in, encrypted or not', folderOf)
    .option('--live', 'against the project too')
    .action(verifyFolder)
  const restore = withKeys(withParallel(withProject(new Command('restore'))))
    .description('puts a download into a project: buckets, then objects, each read back; or into a folder')
    .argument('<folder>', 'what `storage download` wrote, or the set it lies in, encrypted or not', folderOf)
    .option('--to <folder>', 'a folder in place of a project', folderOf)
    .option('--overwrite', 'replaces objects of another content')
    .action(restoreFolder)
  return new Command('storage')
    .description('the files of Supabase Storage, which no backup of the database holds')
    .addCommand(manifestCommand())
    .addCommand(download)
    .addCommand(verify)
    .addCommand(restore)
}

async function downloadFolder(folder: string, flags: DownloadFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  const set = await findSetOf(folder)
  const project = await openNamed(flags, (await readConfig(flags.config)).supabase, signal)
  const { askAbove, yes = false, parallel } = flags
  const agreement = { askAbove, yes, terminal: { input: process.stdin, output: process.stderr } }
  const downloaded = await fetchStorage(project, { folder, parallel, agreement, signal })
  process.stdout.write(renderDownload(folder, downloaded))
  const { bare, unnamable } = downloaded
  const found = bare.length + unnamable.length > 0 ? exitCode.noGo : exitCode.go
  process.exitCode = downloaded.summary ? found : exitCode.undecided
  if (!downloaded.summary || set === null) return
  await sealStorage(set)
  process.stdout.write(`${set}: its manifest has them now\n`)
}

async function verifyFolder(folder: string, flags: KeyFlags & { live?: boolean }): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  const values = await readConfig(flags.config, keysOf(flags))
  const project = flags.live === true ? await openNamed(flags, values.supabase, signal) : null
  await using opened = await openDownload(folder, values, signal)
  const lines = new StepLines(process.stderr)
  lines.begin('verify')
  const onProgress = (done: number, bytes: number): void =>
    lines.advance(bytes, `${countOf(done, 'file')}, ${formatBytes(bytes)}`)
  const verified = await verifyFiles(opened.folder, { signal, onProgress })
  lines.end('verify', `${countOf(verified.objects, 'file')}, ${formatBytes(verified.bytes)}`)
  process.stdout.write(renderVerified(verified))
  let differences = verified.problems.length
  if (project) {
    lines.begin('list')
    let listed = 0
    const live = await verifyLive(opened.folder, project, (objects) => {
      listed = objects
      lines.advance(objects, countOf(objects, 'object'))
    })
    lines.end('list', countOf(listed, 'object'))
    process.stdout.write(renderLive(live, project.url))
    differences += live.differences.length + live.buckets.length
  }
  process.exitCode = differences > 0 ? exitCode.noGo : exitCode.go
}

async function restoreFolder(folder: string, flags: RestoreFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  const { overwrite = false, parallel, to } = flags
  if (to !== undefined) {
    if (flags.url !== undefined) throw new Fault('E_USAGE', '--to and --url name two places', { hint: 'say one' })
    await using opened = await openDownload(folder, await readConfig(flags.config, keysOf(flags)), signal)
    const { lines, onProgress } = restoreLines('file')
    const copied = await restoreIntoFolder(opened.folder, to, { signal, overwrite, onProgress })
    lines.end('restore', countOf(copied.objects, 'file'))
    process.stdout.write(renderRestoredFolder(to, copied))
    process.exitCode = codeOfTroubles(copied.failed)
    return
  }
  // Never by a default of the environment: that is, as a rule, production.
  if (flags.url === undefined) {
    throw new Fault('E_USAGE', 'where to is not said', {
      hint: 'say --url https://<ref>.supabase.co, or --to <folder>',
    })
  }
  // Nor by the config’s key, which is that of production.
  const project = await openNamed(flags, { url: flags.url, key: 'env:SUPABASE_SECRET_KEY' }, signal)
  await using opened = await openDownload(folder, await readConfig(flags.config, keysOf(flags)), signal)
  const { lines, onProgress } = restoreLines('object')
  const restored = await restoreStorage(project, { folder: opened.folder, overwrite, parallel, signal, onProgress })
  lines.end('restore', `${countOf(restored.written.objects, 'object')}, ${formatBytes(restored.written.bytes)}`)
  process.stdout.write(renderRestored(restored, project.url))
  process.exitCode = codeOfTroubles(restored.failed)
}

function restoreLines(noun: string) {
  const lines = new StepLines(process.stderr)
  lines.begin('restore')
  const onProgress = (done: number, bytes: number): void =>
    lines.advance(bytes, `${countOf(done, noun)}, ${formatBytes(bytes)}`)
  return { lines, onProgress }
}

function keysOf({ identity, publicKey }: KeyFlags): Pick<ConfigFlags, 'identity' | 'publicKey'> {
  return { identity, publicKey }
}

/** A damaged backup is NO-GO; what the place does not take leaves it open. */
function codeOfTroubles(failed: readonly Trouble[]): ExitCode {
  if (failed.some(({ damaged }) => damaged)) return exitCode.noGo
  return failed.length > 0 ? exitCode.undecided : exitCode.go
}
