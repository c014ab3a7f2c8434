import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress, type Fault } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { watchForStillness } from './stillness.ts'
import { stoppedProcesses } from './stopped-processes.ts'

const beatMs = 250
/** Longer than the watch is patient. */
const patienceMs = 15 * beatMs

let server: DisposableServer
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
})
afterAll(async () => server[Symbol.asyncDispose]())

/** The reasons that it gave for ending the rehearsal, while that was done. */
async function endedWhile(work: () => Promise<unknown>): Promise<readonly string[]> {
  const faults: Fault[] = []
  await using _ = watchForStillness({ server, beatMs, end: (fault) => void faults.push(fault) })
  await work()
  expect(faults.every(({ code, kind }) => code === 'E_TIMEOUT' && kind === 'environment')).toBe(true)
  return faults.map(({ message }) => message)
}

/** The first process below us of that name. */
function findProcess(name: string, of = process.pid): number | null {
  for (const child of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = readStat(child)
    if (stat?.parent !== of) continue
    const found = stat.name === name ? Number(child) : findProcess(name, Number(child))
    if (found !== null) return found
  }
  return null
}

function readStat(pid: string): { readonly name: string; readonly parent: number } | null {
  try {
    const [, name = '', parent = ''] = /\((.*)\) . (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? []
    return { name, parent: Number(parent) }
  } catch {
    return null
  }
}

describe.runIf(process.platform === 'linux')('what stands still', () => {
  it('is nothing while the server answers, however long a statement takes', async () => {
    await using session = await server.connect('postgres')
    expect(await endedWhile(() => session.query(`SELECT pg_sleep(${patienceMs / 1_000})`))).toEqual([])
  })

  it('may be the server, which then ends the rehearsal', async () => {
    const postmaster = findProcess('postgres')
    expect(postmaster).not.toBeNull()
    process.kill(postmaster ?? 0, 'SIGSTOP')
    try {
      const reasons = (await endedWhile(() => sleep(patienceMs))).join('\n')
      expect(reasons).toContain('the disposable server has not answered for 3.0 s: it hangs, or was frozen')
      expect(reasons).toContain(`postgres (process ${postmaster}) has stood still for 3.0 s`)
    } finally {
      process.kill(postmaster ?? 0, 'SIGCONT')
    }
    await using session = await server.connect('postgres')
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
  })

  it('may be a child that the server knows nothing of; a moment is forgiven', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      child.kill('SIGSTOP')
      await expect.poll(async () => (await stoppedProcesses()).map(({ name }) => name)).toEqual(['sleep'])
      const briefly = await endedWhile(async () => {
        await sleep(patienceMs / 3)
        child.kill('SIGCONT')
        await sleep(patienceMs)
      })
      expect(briefly).toEqual([])
      child.kill('SIGSTOP')
      expect(await endedWhile(() => sleep(patienceMs))).toContain(
        `sleep (process ${child.pid}) has stood still for 3.0 s: it hangs, or was frozen`,
      )
    } finally {
      child.kill('SIGKILL')
    }
  })
})
