import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret, systemClock } from '../../core/index.ts'
import { downloadStorage, openStorage, verifyFiles } from './index.ts'
import { download, emptyFolder, projectOf, putAway, serverFor, stock } from './testing/fixture.ts'
import type { Rule } from '../../../fixtures/storage-server/index.ts'

afterEach(putAway)

const signal = new AbortController().signal

const passing: readonly (readonly [string, Rule])[] = [
  ['429 with Retry-After', { route: 'get', trouble: { kind: 'too many', retryAfter: '0' }, times: 3 }],
  ['429 on the list', { route: 'list-v2', trouble: { kind: 'too many', retryAfter: '1' }, times: 1 }],
  ['500', { route: 'info', trouble: { kind: 'error' }, times: 2 }],
  ['500 on the list of buckets', { route: 'buckets', trouble: { kind: 'error' }, times: 2 }],
  ['a connection reset', { route: 'get', trouble: { kind: 'reset' }, times: 2 }],
  ['a body that is cut', { route: 'get', name: 'a/1.png', trouble: { kind: 'cut' }, times: 2 }],
  ['a length that is too long', { route: 'get', name: 'a/1.png', trouble: { kind: 'long promise' }, times: 2 }],
  ['half a body with a length to match', { route: 'get', name: 'a/1.png', trouble: { kind: 'short' }, times: 2 }],
  ['nothing with a length to match', { route: 'get', name: 'a/1.png', trouble: { kind: 'empty' }, times: 2 }],
  ['other bytes', { route: 'get', name: 'a/1.png', trouble: { kind: 'other bytes' }, times: 2 }],
  ['bytes that drip', { route: 'get', name: 'a/1.png', trouble: { kind: 'drip' }, times: 1 }],
  ['an answer that does not come', { route: 'get', name: 'a/1.png', trouble: { kind: 'slow', ms: 3_000 }, times: 1 }],
]

describe('trouble that passes', () => {
  it.each(passing)('is waited out: %s', async (_, rule) => {
    const server = await serverFor()
    const stocked = stock(server)
    server.troubles.add(rule)
    const folder = await emptyFolder()
    const project = await projectOf(server, { idleMs: 400 })
    const options = { folder, clock: systemClock, signal, parallel: 4 }
    const { failed, summary } = await downloadStorage(project, options)
    expect(failed).toEqual([])
    expect(summary?.objects).toBe(stocked.length)
    expect((await verifyFiles(folder, { signal })).problems).toEqual([])
  })
})

describe('trouble that stays', () => {
  it.each(passing.filter(([, { route, name }]) => route === 'get' && name !== undefined))(
    'names the object, brings the others, and leaves no summary: %s',
    async (_, { times: _times, ...rule }) => {
      const server = await serverFor()
      const stocked = stock(server)
      server.troubles.add(rule)
      const folder = await emptyFolder()
      const project = await projectOf(server, { idleMs: 200 })
      const options = { folder, clock: systemClock, signal, parallel: 4 }
      const { failed, summary, fetched } = await downloadStorage(project, options)
      expect(failed.map(({ object }) => object)).toEqual(['avatars/a/1.png'])
      expect(summary).toBeNull()
      expect(fetched.objects).toBe(stocked.length - 1)
      server.troubles.clear()
      expect(await download(server, folder)).toMatchObject({ fetched: { objects: 1 }, kept: stocked.length - 1 })
    },
  )

  it('ends where the project is gone, and does not try each of its objects', async () => {
    const server = await serverFor()
    const stocked = stock(server)
    server.troubles.add({ route: 'info', trouble: { kind: 'reset' } })
    await expect(download(server, await emptyFolder())).rejects.toMatchObject({
      code: 'E_STORE_UNREACHABLE',
      message: expect.stringContaining('nor were the 3 before it'),
    })
    expect(stocked.length).toBeGreaterThan(20)
    expect(new Set(server.requests.filter((line) => line.includes('/info/'))).size).toBeLessThan(10)
  })

  it.each([
    [{ kind: 'refused', status: 402 }, 'the project is restricted (exceed_egress_quota)'],
    [{ kind: 'refused', status: 540 }, 'the project is paused (Project paused)'],
    [{ kind: 'too many', retryAfter: '3600' }, 'asks for 3600 s of rest'],
  ] as const)('ends at once where all objects fare alike: %o', async (trouble, said) => {
    const server = await serverFor()
    stock(server)
    server.troubles.add({ route: 'get', trouble })
    await expect(download(server, await emptyFolder())).rejects.toThrow(said)
    expect(server.requests.filter((line) => line.includes('/info/')).length).toBeLessThan(10)
  })

  it('tries an object as often as is said, not each of its requests', async () => {
    const server = await serverFor()
    stock(server)
    server.troubles.add({ route: 'info', name: 'parts.png', trouble: { kind: 'error' } })
    const { failed } = await download(server, await emptyFolder())
    expect(failed.map(({ object }) => object)).toEqual(['avatars/parts.png'])
    expect(server.requests.filter((line) => line.includes('/info/avatars/parts.png'))).toHaveLength(4)
  })

  it('ends where more rest is asked for than is sensible', async () => {
    const server = await serverFor()
    stock(server)
    server.troubles.add({ route: 'buckets', trouble: { kind: 'too many', retryAfter: '3600' } })
    await expect(download(server, await emptyFolder())).rejects.toThrow('asks for 3600 s of rest')
  })

  it('says that a project is not reached', async () => {
    const server = await serverFor()
    const project = await projectOf(server)
    await server[Symbol.asyncDispose]()
    await expect(project.listBuckets()).rejects.toMatchObject({
      code: 'E_STORE_UNREACHABLE',
      message: 'list of buckets: the Storage API was not reached (ECONNREFUSED)',
    })
  })

  it('ends where the key is refused, and never shows it', async () => {
    const server = await serverFor()
    stock(server)
    const key = new Secret('sb_secret_of-another-project', 'env:KEY')
    const project = await openStorage({ url: server.url, key, signal })
    const failure = await project.listBuckets().catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'E_STORE_REFUSED' })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('of-another-project')
  })

  it.each(['sb_publishable_abcdefgh', `e30.${Buffer.from('{"role":"anon"}').toString('base64url')}.x`])(
    'refuses a public key, from which objects would be hidden',
    async (text) => {
      const key = new Secret(text, 'env:KEY')
      await expect(openStorage({ url: 'http://127.0.0.1:1', key, signal })).rejects.toThrow(/public key/)
    },
  )

  it('does not write into a folder that no download made', async () => {
    const server = await serverFor()
    const folder = await emptyFolder()
    await mkdir(join(folder, 'files'))
    await download(server, folder)
    const foreign = await emptyFolder()
    await mkdir(join(foreign, 'files'))
    await writeFile(join(foreign, 'files/mine'), '')
    await expect(download(server, foreign)).rejects.toMatchObject({ code: 'E_STORE_OCCUPIED' })
    expect(await readdir(foreign)).toEqual(['files'])
  })

  it('does not write into the folder of another project', async () => {
    const [one, other] = [await serverFor(), await serverFor()]
    const folder = await emptyFolder()
    stock(one)
    await download(one, folder)
    await expect(download(other, folder)).rejects.toMatchObject({ code: 'E_STORE_OCCUPIED' })
  })
})
