import { execFile } from 'node:child_process'
import { mkdtempDisposable, rm, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { Fault } from '../../harness/core/index.ts'
import { rehearse } from '../../scripts/testing/command.ts'
import { StandIn } from '../../scripts/testing/stand-in.ts'
import { requireTools, runMain, tell } from '../run-main.ts'
import { ratios, spread } from '../statistics.ts'
import { bankSchema, loadDuring, type LoadSeen } from './bank-load.ts'

const usage = `npm run bench:backup -- [--rounds 3] [--sessions 4] [--units 3] [--seconds 10] [--json out.json]
  --sessions  that write, as pgbench's do       --units  of 100,000 accounts each
  --seconds   of the load alone; beside it a backup, and pg_dump by itself, each to its end`

const kinds = ['alone', 'pg_dump', 'backup'] as const
type Kind = (typeof kinds)[number]
type Seen = LoadSeen & { readonly tookMs: number }

/** What a backup costs those who write meanwhile: the load by itself, beside pg_dump, and beside a backup, in turns. */
async function main(signal: AbortSignal): Promise<void> {
  const asked = readOptions(process.argv.slice(2))
  const tools = await requireTools(17)
  await using scratch = await mkdtempDisposable('/var/tmp/rehearsal-bench-backup-')
  await using standIn = await StandIn.start(bankSchema(asked.units))
  const sessions = await Promise.all(Array.from({ length: asked.sessions }, async () => standIn.connect()))
  const dump = async (): Promise<void> => {
    const args = ['--format=custom', '--compress=zstd', `--file=${join(scratch.path, 'one.dump')}`, standIn.url()]
    await promisify(execFile)(join(tools.folder, 'pg_dump'), args, { signal, env: { PGPASSWORD: 'unused' } })
  }
  const works: Record<Kind, () => Promise<void>> = {
    alone: async () => sleep(asked.seconds * 1_000, undefined, { signal }),
    pg_dump: dump,
    backup: async () => {
      // In a process of its own: what it computes must not hold up the sessions of the load.
      const env = { SHOP: standIn.url(), REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' }
      const taken = await rehearse(['backup', '--from', 'env:SHOP', '--out', 'sets'], { cwd: scratch.path, env })
      if (taken.code !== 0) throw new Fault('E_CLIENT_FAILED', `the backup ended with ${taken.code}: ${taken.stderr}`)
      await rm(join(scratch.path, 'sets'), { recursive: true })
    },
  }
  const seen: Record<Kind, Seen[]> = { alone: [], pg_dump: [], backup: [] }
  // The first transactions of a session read what is not in memory yet.
  await loadDuring(sessions, asked.units, async () => sleep(2_000, undefined, { signal }))
  for (let round = 0; round < asked.rounds; round += 1) {
    // In another order each round: none always comes after the same one.
    for (const kind of kinds.map((_, at) => kinds[(at + round) % kinds.length] ?? 'alone')) {
      const startedMs = performance.now()
      const load = await loadDuring(sessions, asked.units, works[kind])
      seen[kind].push({ ...load, tookMs: performance.now() - startedMs })
    }
    const said = kinds.map((kind) => `${kind} ${seen[kind].at(-1)?.perSecond.toFixed(0) ?? ''}/s`)
    tell(`round ${round + 1}: ${said.join(', ')}, load average ${(loadavg()[0] ?? 0).toFixed(1)}`)
  }
  if (asked.json !== null) await writeFile(asked.json, `${JSON.stringify(seen, null, 2)}\n`)
  process.stdout.write(render(seen))
}

function render(seen: Readonly<Record<Kind, readonly Seen[]>>): string {
  const alone = seen.alone.map(({ perSecond }) => perSecond)
  const rows = kinds.map((kind) => {
    const of = (value: (one: Seen) => number): number => spread(seen[kind].map(value)).median
    const share = ratios(
      seen[kind].map(({ perSecond }) => perSecond),
      alone,
    )
    const percent = [share.median, share.least, share.most].map((ratio) => `${(ratio * 100).toFixed(0)} %`)
    const ms = [of((one) => one.p50), of((one) => one.p99), of((one) => one.longest)].map((value) => value.toFixed(1))
    const took = (of(({ tookMs }) => tookMs) / 1_000).toFixed(1)
    const perSecond = of((one) => one.perSecond).toFixed(0)
    return `| ${kind} | ${perSecond} | ${percent[0] ?? ''} (${percent.slice(1).join(' to ')}) | ${ms.join(' | ')} | ${took} |\n`
  })
  return `| beside | transactions/s | of the load alone | p50 ms | p99 ms | longest ms | took s |\n|---|---|---|---|---|---|---|\n${rows.join('')}`
}

function readOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: 'string', default: '3' },
      sessions: { type: 'string', default: '4' },
      units: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      json: { type: 'string' },
    },
  })
  const whole = (text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1) throw new Fault('E_USAGE', `not a whole number: ${text}`)
    return number
  }
  return {
    rounds: whole(values.rounds),
    sessions: whole(values.sessions),
    units: whole(values.units),
    seconds: whole(values.seconds),
    json: values.json ?? null,
  }
}

await runMain(usage, main)
