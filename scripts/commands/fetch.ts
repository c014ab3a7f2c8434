import { Command } from 'commander'
import { fetchSet, findLatestStored, openStore } from '../../harness/backup/index.ts'
import { exitCode } from '../../harness/core/index.ts'
import { processWatch } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
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
  const { root } = await fetchSet(store, name, out, { signal, processes: processWatch })
  process.stdout.write(`${root}\n`)
  process.exitCode = exitCode.go
}
