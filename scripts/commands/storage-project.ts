import { Command } from 'commander'
import { loadConfig, type ConfigFlags, type ConfigValues } from '../../harness/config/index.ts'
import { Fault } from '../../harness/core/index.ts'
import { openStorage, type StorageProject } from '../../harness/supabase/storage/index.ts'
import { nameKey, widthOf } from './storage-flags.ts'

/** Which project, and with which key: as typed, else as the config says. */
export interface ProjectFlags {
  readonly url?: string
  readonly key?: string
}

export interface ConfiguredFlags extends ProjectFlags {
  readonly config?: string
}

export function withProject(command: Command): Command {
  return command
    .option('--url <url>', 'the project: https://<ref>.supabase.co (default: supabase.url of the config, SUPABASE_URL)')
    .option(
      '--key <env:NAME>',
      'variable with its secret key (default: supabase.key of the config, env:SUPABASE_SECRET_KEY)',
    )
}

export function withConfig(command: Command): Command {
  return command.option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
}

/** How a set is read that is encrypted, or signed. */
export function withKeys(command: Command): Command {
  return withConfig(command)
    .option('--identity <key>', 'what an encrypted set is read with: env:NAME, or a key file')
    .option('--public-key <key>', 'what it has to be signed with: ed25519:…, or a PEM file')
}

export function withParallel(command: Command): Command {
  return command.option('--parallel <number>', 'objects at a time', widthOf, 8)
}

/** Throws `E_USAGE` where no project is named, `E_ENV_MISSING`, `E_SECRET_IN_ARGUMENT`. */
export async function openNamed(
  { url, key }: ProjectFlags,
  supabase: Pick<ConfigValues['supabase'], 'url' | 'key'>,
  signal: AbortSignal,
): Promise<StorageProject> {
  return await openStorage({ url: addressOf(url ?? supabase.url), key: nameKey(key ?? supabase.key), signal })
}

/** What the config says of the project. Backups are not looked at: the folder that is named for them does not matter. */
export async function readConfig(
  file: string | undefined,
  keys: Pick<ConfigFlags, 'identity' | 'publicKey'> = {},
): Promise<ConfigValues> {
  const cwd = process.cwd()
  return (await loadConfig({ file, flags: { ...keys, backup: cwd }, env: process.env, cwd })).values
}

function addressOf(named: string): string {
  const variable = /^env:(\w+)$/.exec(named)?.[1]
  if (variable === undefined) return named
  const address = process.env[variable]?.trim()
  if (address !== undefined && address !== '') return address
  throw new Fault('E_USAGE', 'no project is named', {
    hint: `say --url https://<ref>.supabase.co, or set ${variable}, or supabase.url in the config`,
  })
}
