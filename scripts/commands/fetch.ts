import { Command } from 'commander'
import { fetchSet, findLatestStored, openStore } from '../../harness/backup/index.ts'
import { countOf, exitCode, formatBytes } from '../../harness/core/index.ts'
import { processWatch } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { terminalProgress } from '../terminal-progress.ts'
import { placeText } from './push.ts'

interface FetchFlags {
  readonly from: string
  readonly set?: string
  readonly out: string
}

export function fetchCommand(): Command {
  return new Command('fetch')
    .description('brings a set from another place into a folder: whole and as its manifest says, or not at all')
    .requiredOption('--from <place>', placeText)
    .requiredOption('--out <dir>', 'folder of sets; the one that is brought gets its name there')
    .option('--set <name>', 'which one (default: the newest by its manifest)')
    .action(bring)
}

/** Prints where the set is now, for `rehearse run --backup "$(rehearse fetch …)"`. */
async function bring({ from, set, out }: FetchFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  await using store = await openStore(from, { environment: process.env })
  const name = set ?? (await findLatestStored(store, { signal }))
  const progress = terminalProgress(process.stderr)
  let isBegun = false
  const onBytes = (bytes: number, ofBytes: number): void => {
    if (!isBegun) progress.begin('fetch', ofBytes)
    isBegun = true
    progress.advance(bytes, `${formatBytes(bytes)} of ${formatBytes(ofBytes)}`)
  }
  const { root, manifest } = await fetchSet(store, name, out, { signal, processes: processWatch, onBytes })
  const files = manifest.files.length
  progress.end('fetch', `${name}: ${countOf(files, 'file')}, each as its manifest says`)
  process.stdout.write(`${root}\n`)
  process.exitCode = exitCode.go
}
