import { describe, expect, test } from 'vitest'
import { probeMachine } from './probe-machine.ts'

describe('what this machine has', () => {
  test('is said of everything a rehearsal can use, and nothing is missing without a remedy', async () => {
    const probes = await probeMachine()
    expect(probes.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['Node', 'embedded PostgreSQL', 'confinement', 'cache folder', 'containers', 'pg_dump']),
    )
    for (const { status, remedy, found } of probes) {
      expect(found).not.toBe('')
      expect(status === 'ok').toBe(remedy === null)
    }
  })

  test('is missing its cache where others may write to it', async () => {
    const [cache] = (await probeMachine({ cacheFolder: '/tmp' })).filter(({ what }) => what === 'cache folder')
    expect(cache).toMatchObject({ status: 'missing', remedy: expect.stringContaining('REHEARSAL_CACHE') })
  })

  test('lacks containers when no daemon answers', async () => {
    const before = process.env['DOCKER_HOST']
    process.env['DOCKER_HOST'] = 'unix:///nonexistent/docker.sock'
    try {
      const [containers] = (await probeMachine()).filter(({ what }) => what === 'containers')
      expect(containers).toMatchObject({ status: 'missing', found: expect.stringContaining('is not there') })
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST']
      else process.env['DOCKER_HOST'] = before
    }
  })
})
