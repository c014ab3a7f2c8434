import { Command } from 'commander'
import { Fault } from '../../harness/core/index.ts'
import { openStorage, type StorageProject } from '../../harness/supabase/storage/index.ts'
import { nameKey, widthOf } from './storage-flags.ts'

/** Which project, and with which key. */
export interface ProjectFlags {
  readonly url?: string
  readonly key: string
}

export function withProject(command: Command): Command {
  return command
    .option('--url <url>', 'the project: https://<ref>.supabase.co (default: SUPABASE_URL)')
    .option('--key <env:NAME>', 'variable with its secret key', 'env:SUPABASE_SECRET_KEY')
}

export function withParallel(command: Command): Command {
  return command.option('--parallel <number>', 'objects at a time', widthOf, 8)
}

/** Throws `E_USAGE` where no project is named, `E_ENV_MISSING`, `E_SECRET_IN_ARGUMENT`. */
export async function openNamed({ url, key }: ProjectFlags, signal: AbortSignal): Promise<StorageProject> {
  const named = url ?? process.env['SUPABASE_URL']
  if (named === undefined || named === '') {
    throw new Fault('E_USAGE', 'no project is named', { hint: 'say --url https://<ref>.supabase.co' })
  }
  return await openStorage({ url: named, key: nameKey(key), signal })
}
