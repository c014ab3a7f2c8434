import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../core/index.ts'
import { docker, obstacle } from '../../engine/container/testing/containers.ts'
import { partsOf } from '../../run/take-backup.ts'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import { createBackup, type BackupParts, type BackupRequest } from './index.ts'

const missing = await obstacle('postgres:17')
const why = missing === null ? 'postgres:17' : `skipped: ${missing}`

describe.skipIf(missing !== null)(`a backup by a container’s pg_dump: ${why}`, { timeout: 120_000 }, () => {
  let standIn: StandIn
  let folder = ''
  beforeAll(async () => {
    standIn = await StandIn.start(
      `CREATE TABLE public.a (id int); INSERT INTO public.a SELECT generate_series(1, 1000)`,
    )
  })
  afterAll(async () => standIn[Symbol.asyncDispose]())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contained-'))
  })
  afterEach(async () => rm(folder, { recursive: true, force: true }))

  const take = async (request: BackupRequest, broken: Partial<BackupParts> = {}) => {
    const parts = partsOf(request) as unknown as BackupParts
    return createBackup(request, { ...parts, folders: async () => [], ...broken })
  }
  /** Those of ours that are there now, as their descriptions say. */
  const ours = async (): Promise<readonly string[]> => {
    const all = await docker().listContainers({ all: true, filters: { label: ['rehearsal.run'] } })
    const mine = all.filter(({ Labels }) => Labels['rehearsal.owner']?.includes(`"pid":${process.pid},`))
    const said = mine.map(async ({ Id }) =>
      docker()
        .getContainer(Id)
        .inspect()
        .catch(() => null),
    )
    return (await Promise.all(said)).flatMap((one) => (one === null ? [] : [JSON.stringify(one)]))
  }

  it('is whole, by a socket and without a network, and leaves no container', async () => {
    const seen: string[] = []
    const done = new AbortController()
    const sampler = (async () => {
      while (!done.signal.aborted) seen.push(...(await ours().catch(() => [])))
    })()
    const taken = await take(standIn.request(folder, { artefacts: 'all', format: 'directory', jobs: 2 }))
    done.abort()
    await sampler
    expect(taken).toMatchObject({ rows: 1000, tables: 1 })
    expect(await readdir(taken.path)).toContain('schema_only_backup.sql')
    expect(seen.some((text) => text.includes('--snapshot='))).toBe(true)
    expect(seen.filter((text) => !text.includes('"NetworkMode":"none"'))).toEqual([])
    expect(await ours()).toEqual([])
  })

  it('goes by the network with a password that no description of a container has', async () => {
    const password = randomBytes(12).toString('hex')
    const server = await docker().createContainer({
      Image: 'postgres:17',
      Env: [`POSTGRES_PASSWORD=${password}`, 'POSTGRES_DB=shop'],
      HostConfig: {
        PortBindings: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }] },
        Tmpfs: { '/var/lib/postgresql/data': 'rw' },
      },
    })
    const seen: string[] = []
    const done = new AbortController()
    try {
      await server.start()
      const port = (await server.inspect()).NetworkSettings.Ports['5432/tcp']?.[0]?.HostPort ?? ''
      const source = new Secret(`postgresql://postgres:${password}@127.0.0.1:${port}/shop`, 'env:SHOP')
      const request = standIn.request(folder, { source })
      const parts = partsOf(request)
      for (let tries = 0; ; tries += 1) {
        await using session = await parts.openSource().catch(() => null)
        if (session) {
          await session.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE')
          await session.query('CREATE TABLE public.b AS SELECT generate_series(1, 7) AS n')
          break
        }
        if (tries > 60) throw new Error('the server did not answer')
        await sleep(500)
      }
      const sampler = (async () => {
        while (!done.signal.aborted) seen.push(...(await ours().catch(() => [])))
      })()
      const taken = await take(request).finally(() => done.abort())
      await sampler
      expect(taken).toMatchObject({ rows: 7, tables: 1 })
      expect(seen.some((text) => text.includes('--snapshot='))).toBe(true)
      expect(seen.filter((text) => text.includes(password))).toEqual([])
    } finally {
      done.abort()
      await server.remove({ force: true, v: true })
    }
  })

  it('is refused where no container can be had, and says so', async () => {
    const containers = { obstacle: async () => 'no daemon', run: async () => Promise.reject(new Error('never')) }
    const taking = take(standIn.request(folder), { containers })
    await expect(taking).rejects.toMatchObject({
      code: 'E_CLIENT_MISSING',
      message: expect.stringContaining('no daemon'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('is put away with its container when it is interrupted', async () => {
    const stop = new AbortController()
    const advance = (done: number): void => void (done > 0 && stop.abort(new Error('SIGINT')))
    const progress = { begin() {}, advance, end() {} }
    await standIn.session.query(
      `CREATE TABLE IF NOT EXISTS public.wide AS SELECT repeat(md5(n::text), 50) AS t FROM generate_series(1, 60000) AS n`,
    )
    const taking = take(standIn.request(folder, { signal: stop.signal, progress, compress: 'none' }))
    await expect(taking).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    expect(await ours()).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves no container when it is killed', async () => {
    const bin = fileURLToPath(new URL('../../../bin/rehearse.mjs', import.meta.url))
    const args = [bin, 'backup', '--from', 'env:SHOP', '--out', folder, '--compress', 'none']
    // A PATH and places without a pg_dump: what the machine has of it is not found.
    const env = { PATH: '/nowhere', HOME: folder, SHOP: standIn.url(), REHEARSAL_CLIENTS: '/nowhere' }
    const child = spawn(process.execPath, args, { env, stdio: 'ignore', cwd: folder })
    const ended = new Promise((done) => child.once('close', done))
    const labelled = async () => {
      const all = await docker().listContainers({ all: true, filters: { label: ['rehearsal.run'] } })
      return all.filter(({ Labels }) => Labels['rehearsal.owner']?.includes(`"pid":${child.pid ?? 0},`))
    }
    let seen = 0
    while (seen === 0 && child.exitCode === null) {
      seen = (await labelled()).filter(
        ({ Command, State }) => State === 'running' && Command.includes('--snapshot='),
      ).length
    }
    child.kill('SIGKILL')
    await ended
    expect(seen).toBe(1)
    for (const until = Date.now() + 10_000; (await labelled()).length > 0 && Date.now() < until;) await sleep(50)
    expect(await labelled()).toEqual([])
  })
})
