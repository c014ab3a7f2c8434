import { Command } from 'commander'
import { findLatestSet, openStore, pushSet } from '../../harness/backup/index.ts'
import { loadConfig } from '../../harness/config/index.ts'
import { countOf, exitCode, formatBytes, systemClock } from '../../harness/core/index.ts'
import { processWatch } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface PushFlags {
  readonly to: string
  readonly config?: string
  readonly takeOver?: boolean
}

export const placeText = 'a folder, s3://bucket/prefix?endpoint=…&region=…, or sftp://user@host/path?hostkey=SHA256:…'

export function pushCommand(): Command {
  return new Command('push')
    .description('copies a sealed set to another place: its files, each read back, then its manifest')
    .argument('[set]', 'a set, or a folder of sets, whose latest is meant (default: that of the config)')
    .requiredOption('--to <place>', placeText)
    .option('--take-over', 'goes on where a writer that is gone left off')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .action(push)
}

async function push(path: string | undefined, { to, config: file, takeOver }: PushFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const flags = path === undefined ? {} : { backup: path }
  const { values } = await loadConfig({ file, flags, env: process.env, cwd: process.cwd() })
  const set = await findLatestSet(values.backup.path)
  await using store = await openStore(to, { environment: process.env })
  const progress = terminalProgress(process.stderr)
  let isBegun = false
  const { name, files, bytes, wasThere } = await pushSet(set, store, {
    onProgress: ({ done, of, doing }) => {
      if (!isBegun) progress.begin('push', of)
      isBegun = true
      progress.advance(done, doing)
    },
    clock: systemClock,
    signal: interrupt.signal,
    takeOver,
    processes: processWatch,
  })
  progress.end('push', `${countOf(files, 'file')} to ${store.name}`)
  const what = wasThere ? 'was there already, and is the same' : 'written and read back'
  process.stdout.write(`${name} in ${store.name}: ${countOf(files, 'file')}, ${formatBytes(bytes)}, ${what}\n`)
  process.exitCode = exitCode.go
}
