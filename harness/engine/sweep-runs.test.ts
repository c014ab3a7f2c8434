import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'
import { writeLease, type RunLease } from './run-lease.ts'
import { sweepRuns } from './sweep-runs.ts'

let cache = ''
let ourselves: ProcessIdentity
beforeEach(async () => {
  cache = await mkdtemp('/tmp/rehearsal-test-')
  ourselves = (await identifyProcess(process.pid)) as ProcessIdentity
})
afterEach(async () => rm(cache, { recursive: true, force: true }))

/** Of our own runs only: other tests and runs on this machine leave theirs in memory. */
async function sweep(): Promise<readonly string[]> {
  return sweepRuns(cache, [{ path: join(cache, 'runs') }])
}

async function leave(change: Partial<RunLease>): Promise<string> {
  const folder = join(cache, 'runs', `rehearsal-${Math.random().toString(16).slice(2)}`)
  await mkdir(join(folder, 's'), { recursive: true })
  const lease: RunLease = {
    kind: 'rehearsal-run',
    id: 'x',
    owner: ourselves,
    server: null,
    kept: false,
    socketFolder: join(folder, 's'),
    ...change,
  }
  await writeLease(folder, lease)
  return folder
}

describe('the sweep', () => {
  test('removes the folder of an owner that is dead by start time or boot', async () => {
    const recycled = await leave({ owner: { ...ourselves, startTime: '1' } })
    const rebooted = await leave({ owner: { ...ourselves, bootId: 'before' } })
    expect([...(await sweep())].sort()).toEqual([recycled, rebooted].sort())
    expect(existsSync(recycled) || existsSync(rebooted)).toBe(false)
  })

  test('leaves what lives, what runs elsewhere, and what is just being made', async () => {
    await leave({})
    await leave({ owner: { ...ourselves, startTime: '1', host: 'elsewhere' } })
    await mkdir(join(cache, 'runs', 'rehearsal-fresh'))
    await mkdir(join(cache, 'runs', 'something-else'))
    expect(await sweep()).toEqual([])
  })

  test('removes a folder without a readable lease once it is old', async () => {
    const folder = join(cache, 'runs', 'rehearsal-old')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'lease.json'), '{"kind":"rehea')
    await utimes(folder, new Date(0), new Date(0))
    expect(await sweep()).toEqual([folder])
  })

  test('ends the server of a dead owner, and nobody who merely has its pid now', async () => {
    const stranger = spawn('sleep', ['60'])
    const leftover = spawn('sleep', ['60'])
    const dead = { ...ourselves, startTime: '1' }
    const recycled = { ...((await identifyProcess(stranger.pid ?? 0)) as ProcessIdentity), startTime: '2' }
    await leave({ owner: dead, server: recycled })
    await leave({ owner: dead, server: await identifyProcess(leftover.pid ?? 0) })
    expect(await sweep()).toHaveLength(2)
    expect(leftover.exitCode ?? leftover.signalCode).not.toBeNull()
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    stranger.kill('SIGKILL')
  })

  test('spares a kept run while its server lives, and removes it after', async () => {
    const dead = { ...ourselves, startTime: '1' }
    const kept = await leave({ owner: dead, server: ourselves, kept: true })
    expect(await sweep()).toEqual([])
    const over = await leave({ owner: dead, server: dead, kept: true })
    expect(await sweep()).toEqual([over])
    expect(existsSync(kept)).toBe(true)
  })

  test('removes no folder that a lease points at from elsewhere', async () => {
    const precious = join(cache, 'precious')
    await mkdir(join(precious, 's'), { recursive: true })
    await leave({ owner: { ...ourselves, startTime: '1' }, socketFolder: join(precious, 's') })
    expect(await sweep()).toHaveLength(1)
    expect(existsSync(precious)).toBe(true)
  })
})
