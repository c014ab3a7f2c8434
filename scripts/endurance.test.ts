import { spawn } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isRoot } from '../harness/core/index.ts'
import { grown, lookAtRemains, processesOf } from './endurance/remains.ts'
import { runCrowd } from './endurance/run-crowd.ts'
import { runKills } from './endurance/run-kills.ts'
import { runMany } from './endurance/run-many.ts'
import { makeWorkplace } from './endurance/workplace.ts'

const { signal } = new AbortController()
/** A machine that does a great deal else takes ten times as long. */
const patienceMs = 240_000

describe.runIf(process.platform === 'linux')('what is left', () => {
  test('of an open file, a child and a temporary file is seen', async () => {
    await using place = await makeWorkplace()
    const before = await lookAtRemains(place.cache, place.temporary)
    await using file = await open(join(place.temporary, 'left'), 'w')
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      const after = await lookAtRemains(place.cache, place.temporary)
      expect(after.openFiles).toBeGreaterThan(before.openFiles)
      expect(after.children).toBe(before.children + 1)
      expect([before.temporary, after.temporary]).toEqual([[], ['left']])
      expect(grown(before, after).map((line) => line.split(':')[0])).toEqual(['openFiles', 'children', 'temporary'])
      expect(grown(after, before)).toEqual([])
    } finally {
      child.kill('SIGKILL')
      await writeFile(file, '')
    }
  })

  test.runIf(isRoot())('of a server is seen by its user', async () => {
    const uid = 261_000 + (process.pid % 1_000)
    const child = spawn('sleep', ['60'], { stdio: 'ignore', uid, gid: uid })
    const gone = new Promise((resolve) => void child.once('exit', resolve))
    expect(processesOf(uid)).toEqual([child.pid])
    child.kill('SIGKILL')
    await gone
    expect(processesOf(uid)).toEqual([])
  })
})

/** A few of each; `npm run endurance` does hundreds. */
describe.runIf(process.platform === 'linux')('rehearsals', { timeout: patienceMs }, () => {
  test('that are killed at any moment leave no process, and nothing else after the next start', async () => {
    const outcomes = await runKills({ kills: 8, seed: 'sample', args: [], signal, onKill: () => {} })
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([])
    expect(outcomes.some(({ processes }) => processes > 4)).toBe(true)
  })

  test('one after the other leave this process as it was', async () => {
    const { before, after } = await runMany({ runs: 4, signal, onRun: () => {} })
    expect(grown(before, after)).toEqual([])
  })

  test('at once are each answered for itself', async () => {
    expect(await runCrowd({ size: 4, rounds: 1, args: [], signal, onRound: () => {} })).toEqual([])
  })
})
