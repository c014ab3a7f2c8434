import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identifyProcess, type ProcessIdentity } from '../process-identity.ts'
import { runLabel, runPrefix } from './labels.ts'
import { sweepDocker } from './sweep-containers.ts'
import { docker, obstacle } from './testing/containers.ts'

const reason = await obstacle()
const prefix = `${runPrefix}test-${process.pid}-`

describe.skipIf(reason !== null)(reason ? `a sweep (not tried: ${reason})` : 'a sweep of containers', () => {
  let us: ProcessIdentity
  const volumes = new Map<string, string>()

  beforeAll(async () => {
    const identity = await identifyProcess(process.pid)
    if (identity === null) throw new Error('this process has no identity')
    us = identity
    const dead = { ...us, startTime: '1' }
    await leave('of-the-living', us)
    await leave('of-the-dead', dead)
    await leave('of-a-boot-before', { ...us, bootId: '00000000-0000-0000-0000-000000000000' })
    await leave('of-another-host', { ...dead, host: 'elsewhere' })
    await leave('of-another-pid-namespace', { ...dead, pidNamespace: 'pid:[1]' })
    await leave('without-an-owner', null)
    await leave('of-an-unreadable-owner', '{"pid":1')
    await leave('of-somebody-else', '{"team":"payments"}')
  })

  afterAll(async () => {
    for (const name of await left()) await docker().getContainer(`${prefix}${name}`).remove({ force: true, v: true })
  })

  test('removes those whose owner is dead, with their volumes, and touches no other', async () => {
    const removed = await sweepDocker(docker())
    const ours = ['of-the-dead', 'of-a-boot-before'].map((name) => `container ${prefix}${name}`)
    expect(removed).toEqual(expect.arrayContaining(ours))
    expect(await left()).toEqual([
      'of-an-unreadable-owner',
      'of-another-host',
      'of-another-pid-namespace',
      'of-somebody-else',
      'of-the-living',
      'without-an-owner',
    ])
    const { Volumes } = await docker().listVolumes()
    const names = Volumes.map(({ Name }) => Name)
    expect(names).not.toContain(volumes.get('of-the-dead'))
    expect(names).toContain(volumes.get('of-the-living'))
  })

  test('twice at once is as good as once', async () => {
    await leave('of-the-dead', { ...us, startTime: '1' })
    await Promise.all([sweepDocker(docker()), sweepDocker(docker())])
    await expect.poll(left).not.toContain('of-the-dead')
  })

  async function leave(name: string, owner: ProcessIdentity | string | null): Promise<void> {
    const text = typeof owner === 'string' ? owner : JSON.stringify(owner)
    const container = await docker().createContainer({
      name: `${prefix}${name}`,
      Image: 'postgres:15',
      Labels: { [runLabel]: name, ...(owner === null ? {} : { 'rehearsal.owner': text }) },
    })
    const { Mounts } = await container.inspect()
    volumes.set(name, Mounts[0]?.Name ?? '')
  }

  async function left(): Promise<string[]> {
    const all = await docker().listContainers({ all: true, filters: { name: [prefix] } })
    return all.map(({ Names }) => (Names[0] ?? '').slice(prefix.length + 1)).sort()
  }
})
