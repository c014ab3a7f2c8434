import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatBytes, formatDuration, parseBytes } from '../harness/core/index.ts'
import { readRecord } from '../harness/report/index.ts'
import { generateDump } from './generate-dump.ts'
import { StockServer } from './stock-server.ts'

const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
/** The promise: memory does not grow with the dump. */
const memoryLimitBytes = 200 * 1024 ** 2
const sampleMs = 20

interface Measured {
  readonly restoreMs: number
  readonly totalMs: number
  readonly peakBytes: number
}

/**
 * `npm run bench -- [--size 200MB] [--rounds 3] [--memory]`. Contenders run in turns and are compared by the median of
 * the ratios of their turns: a machine's speed changes from minute to minute. `--memory`: one run of ours, for its peak.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '200MB' },
      rounds: { type: 'string', default: '3' },
      memory: { type: 'boolean', default: false },
    },
  })
  // In memory where there is such a place: the disk is not what is measured.
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rehearsal-bench-'))
  try {
    const dump = join(folder, 'dump.sql')
    const { bytes, rows } = await generateDump(dump, parseBytes(values.size))
    say(`dump      ${formatBytes(bytes)}, ${rows.toLocaleString('en')} rows in 4 tables`)
    if (values.memory) await measureMemory(folder)
    else await compare(folder, dump, Number(values.rounds))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureMemory(folder: string): Promise<void> {
  const { restoreMs, totalMs, peakBytes } = await runOurs(folder)
  say(`rehearse  restore ${formatDuration(restoreMs)}, all ${formatDuration(totalMs)}`)
  say(`memory    ${formatBytes(peakBytes)} at its peak, at most ${formatBytes(memoryLimitBytes)} wanted`)
  if (peakBytes > memoryLimitBytes) process.exitCode = 1
}

async function compare(folder: string, dump: string, rounds: number): Promise<void> {
  const stock = spawnSync('psql', ['--version']).status === 0
  if (!stock) say('psql      is not installed: only our own time is measured')
  const ratios: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const ours = await runOurs(folder)
    const theirs = stock ? await runStock(folder, dump) : null
    if (theirs !== null) ratios.push(ours.restoreMs / theirs)
    say(
      `round ${round}   rehearse ${formatDuration(ours.restoreMs)} (all of it ${formatDuration(ours.totalMs)}, ${formatBytes(ours.peakBytes)})` +
        (theirs === null ? '' : `, psql -f ${formatDuration(theirs)}`),
    )
  }
  if (ratios.length > 0) say(`median    rehearse takes ${median(ratios).toFixed(2)} of the time of psql -f`)
}

/** A whole rehearsal; its restore step as it measured it itself, and the peak of its main process as the kernel did. */
async function runOurs(folder: string): Promise<Measured> {
  const out = join(folder, 'out')
  const args = ['run', '--backup', join(folder, 'dump.sql'), '--parity', 'not-required', '--engine', 'embedded']
  const child = spawn(process.execPath, [bin, ...args, '--out', out], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let peakBytes = 0
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid))), sampleMs)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(sampler)
  if (code !== 0) throw new Error(`the rehearsal ended with ${String(code)}:\n${said}`)
  const record = readRecord(await readFile(join(out, 'verdict.json'), 'utf8'))
  const restore = record.steps.find(({ step }) => step === 'restore')
  return { restoreMs: restore?.durationMs ?? 0, totalMs: record.durationMs, peakBytes }
}

/** What people do: psql, and a server with the settings it comes with. */
async function runStock(folder: string, dump: string): Promise<number> {
  await using server = await StockServer.start(folder)
  const log = join(folder, 'psql.log')
  const startMs = performance.now()
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', log, '-f', dump, ...server.connection], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'] },
  })
  const code = await new Promise((resolve) => psql.once('close', resolve))
  if (code !== 0) throw new Error(`psql ended with ${String(code)}`)
  return performance.now() - startMs
}

/** The most memory a process ever held, bytes; 0 where the kernel doesn't say. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) * 1024
  } catch (error) {
    if (error instanceof Error) return 0
    throw error
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
