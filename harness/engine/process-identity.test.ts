import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { identifyProcess, livenessOf, type ProcessIdentity } from './process-identity.ts'

async function ourselves(): Promise<ProcessIdentity> {
  const identity = await identifyProcess(process.pid)
  if (identity === null) throw new Error('this process must have an identity')
  return identity
}

describe('whose process is it', () => {
  test('ours is alive', async () => {
    expect(await livenessOf(await ourselves())).toBe('alive')
  })

  test('a pid that somebody else got since is not the recorded process', async () => {
    expect(await livenessOf({ ...(await ourselves()), startTime: '1' })).toBe('dead')
  })

  test('whatever ran before the last boot is dead', async () => {
    expect(await livenessOf({ ...(await ourselves()), bootId: 'another' })).toBe('dead')
  })

  test('a pid of another machine or container is not judged', async () => {
    expect(await livenessOf({ ...(await ourselves()), host: 'elsewhere' })).toBe('unknown')
    expect(await livenessOf({ ...(await ourselves()), pidNamespace: 'pid:[1]' })).toBe('unknown')
  })

  test('a process that has ended is dead', async () => {
    const child = spawn('sleep', ['60'])
    const identity = await identifyProcess(child.pid ?? 0)
    expect(identity).not.toBeNull()
    child.kill('SIGKILL')
    await new Promise((resolve) => void child.once('exit', resolve))
    expect(await livenessOf(identity as ProcessIdentity)).toBe('dead')
  })
})
