import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { Fault, formatBytes, parseBytes } from '../../harness/core/index.ts'
import { makeDumps } from '../dumps.ts'
import { formatTime } from '../format-time.ts'
import { requireTools, runMain, tell } from '../run-main.ts'
import { benchDatabase, outlineFiles, restoreInto } from '../run-restore.ts'
import { scenarios } from '../scenarios.ts'
import { startBenchServer } from '../servers.ts'
import { spread } from '../statistics.ts'

const usage = `node bench/engine/clone.ts
  --size 2GB    of the plain dump
  --rounds 5    clones
  --major 15    of the server and its client tools`

/** At most this part of the time of the restore. */
const bar = 0.2

/** What a spec's own copy of a restored database costs, against restoring it again. Bars are reported, not asserted. */
async function main(signal: AbortSignal): Promise<void> {
  const { amount, rounds, major } = readOptions(process.argv.slice(2))
  const scenario = scenarios.find(({ name }) => name === 'mixed')
  if (scenario === undefined) throw new TypeError('there is no scenario "mixed"')
  const tools = await requireTools(major)
  const [dump] = await makeDumps({ scenario, amount, formats: ['plain'], major, tools, signal, say: tell })
  if (dump === undefined) throw new TypeError('no dump was made')
  const files = await outlineFiles(dump, signal)
  // Room for the database and for its clone.
  await using running = await startBenchServer({ major, plainBytes: 2 * dump.plainBytes }, {})
  const { server, place } = running
  const restoreMs = await restoreInto(server, files, dump.plainBytes, signal)
  tell(`restore ${formatTime(restoreMs)}`)
  const clones: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted()
    const startMs = performance.now()
    await server.cloneDatabase(benchDatabase, 'clone', { signal })
    clones.push(performance.now() - startMs)
    tell(`clone ${formatTime(clones.at(-1) ?? 0)}`)
    await using session = await server.connect('postgres')
    await session.query('DROP DATABASE clone')
  }
  const { median, least, most } = spread(clones)
  const ratio = median / restoreMs
  process.stdout
    .write(`a plain dump of ${formatBytes(dump.plainBytes)}, ${place}, load ${(loadavg()[0] ?? 0).toFixed(1)}
  restore ${formatTime(restoreMs)}, clone ${formatTime(median)} (${formatTime(least)} to ${formatTime(most)})
  ratio ${ratio.toFixed(2)}, bar ${bar}: ${ratio <= bar ? 'met' : 'missed'}
`)
}

function readOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      size: { type: 'string', default: '2GB' },
      rounds: { type: 'string', default: '5' },
      major: { type: 'string', default: '15' },
    },
  })
  const [rounds, major] = [Number(values.rounds), Number(values.major)]
  if (!(rounds >= 1 && major >= 13)) throw new Fault('E_USAGE', 'rounds and major are counts')
  return { amount: parseBytes(values.size), rounds, major }
}

await runMain(usage, main)
