import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../harness/core/index.ts'
import { readRecord, type RehearsalRecord } from '../harness/report/index.ts'
import { childEnd } from './child-end.ts'
import type { BenchDump } from './dumps.ts'
import { peakBytes, readProcessTree, serverMs, totalMs } from './process-tree.ts'
import type { Scenario } from './scenarios.ts'

const command = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
/** Often enough to cut the CPU time at the end of a step, seldom enough to take none of it: a look takes 0.5 ms. */
const lookEveryMs = 50

/** One whole rehearsal of a dump by the command line, as a user runs it. */
export interface OurRun {
  /** The restore step, as the rehearsal measured it itself. */
  readonly restoreMs: number
  /** From the start of the command to its end: reading, server, restore, every row, specs, report. */
  readonly wholeMs: number
  readonly steps: readonly { readonly step: string; readonly ms: number }[]
  /** The most memory that the command's own process held. */
  readonly peakBytes: number
  readonly place: 'memory' | 'disk'
  /** CPU time while restoring: of the server, of the command, of the specs' runner that warms up beside it. */
  readonly restoreCpu: { readonly serverMs: number; readonly ownMs: number; readonly besideMs: number }
}

interface Look {
  readonly atMs: number
  readonly serverMs: number
  readonly ownMs: number
  readonly besideMs: number
}

export async function runRehearsal(dump: BenchDump, expect: Scenario['expect'], signal: AbortSignal): Promise<OurRun> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-bench-'))
  try {
    const out = join(folder, 'out')
    const seen = await watchCommand(folder, ['--backup', dump.path, '--expect', expect, '--out', out], signal)
    const record = readRecord(await readFile(join(out, 'verdict.json'), 'utf8'))
    const restore = record.steps.find(({ step }) => step === 'restore')
    if (restore === undefined) throw new Fault('E_DEFECT', 'the rehearsal restored nothing')
    const startMs = Date.parse(record.startedAt) + restore.startMs
    return {
      restoreMs: restore.durationMs,
      wholeMs: seen.wholeMs,
      steps: record.steps.map(({ step, durationMs }) => ({ step, ms: durationMs })),
      peakBytes: seen.peakBytes,
      place: placeOf(record),
      restoreCpu: cpuBetween(seen.looks, startMs, startMs + restore.durationMs),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function watchCommand(
  cwd: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly wholeMs: number; readonly peakBytes: number; readonly looks: readonly Look[] }> {
  const startMs = performance.now()
  const all = [command, 'run', ...args, '--parity', 'not-required', '--engine', 'embedded']
  const { PATH, HOME, REHEARSAL_CACHE } = process.env
  const env = { PATH, HOME, ...(REHEARSAL_CACHE === undefined ? {} : { REHEARSAL_CACHE }) }
  const child = spawn(process.execPath, all, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], signal })
  const pid = child.pid ?? 0
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)))
  const looks: Look[] = []
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, peakBytes(pid))
    looks.push(...look(pid))
  }, lookEveryMs)
  try {
    const code = await childEnd(child)
    const wholeMs = performance.now() - startMs
    if (code === 0) return { wholeMs, peakBytes: peak, looks }
    throw new Fault('E_DEFECT', `the rehearsal ended with ${String(code)}, not with GO:\n${scrub(said)}`)
  } finally {
    clearInterval(timer)
  }
}

function look(pid: number): readonly Look[] {
  const tree = readProcessTree(pid)
  if (tree === null) return []
  const server = serverMs(tree)
  return [{ atMs: Date.now(), serverMs: server, ownMs: tree.ownMs, besideMs: totalMs(tree) - server - tree.ownMs }]
}

/** Between the last looks before each of the two moments. */
function cpuBetween(looks: readonly Look[], fromMs: number, toMs: number): OurRun['restoreCpu'] {
  const none = { atMs: 0, serverMs: 0, ownMs: 0, besideMs: 0 }
  const before = looks.findLast(({ atMs }) => atMs <= fromMs) ?? none
  const after = looks.findLast(({ atMs }) => atMs <= toMs) ?? none
  return {
    serverMs: after.serverMs - before.serverMs,
    ownMs: after.ownMs - before.ownMs,
    besideMs: after.besideMs - before.besideMs,
  }
}

function placeOf({ engine }: RehearsalRecord): 'memory' | 'disk' {
  return engine?.isolation.notes.some((note) => note.includes('in memory')) ? 'memory' : 'disk'
}
