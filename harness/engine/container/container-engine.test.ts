import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { sweepOrphans } from '../index.ts'
import type { DisposableServer, EngineNeed } from '../types.ts'
import { containerEngine, type ContainerOptions } from './container-engine.ts'
import { isLocal } from './image-facts.ts'
import { keptPrefix, readOwner, runLabel, runPrefix } from './labels.ts'
import { probeRuntime, type Docker } from './runtime.ts'
import { socketMount } from './socket-place.ts'
import { isRequired } from '../../core/testing/is-required.ts'

const probe = await probeRuntime()
const reason =
  probe.kind === 'unavailable'
    ? probe.why
    : (await isLocal(probe.runtime, 'postgres:15'))
      ? null
      : 'no image postgres:15 here'

test('containers can be had where they are required', () => {
  expect(isRequired('container') ? reason : null).toBeNull()
})

const need: EngineNeed = { major: 15, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }

async function start(change: Partial<EngineNeed> = {}, how: ContainerOptions = {}): Promise<DisposableServer> {
  const options = { signal: new AbortController().signal, progress: silentProgress }
  return containerEngine(how).start({ ...need, ...change }, options)
}

function docker(): Docker {
  if (probe.kind !== 'ready') throw new Error('no runtime')
  return probe.runtime.container.dockerode
}

/** Of containers that this process owns, or that other one: others test at the same time. */
async function runNames(pid = process.pid): Promise<readonly string[]> {
  const all = await docker().listContainers({ all: true, filters: { label: [runLabel] } })
  const ours = all.filter(({ Labels }) => readOwner(Labels)?.pid === pid)
  return ours.map(({ Names }) => Names[0] ?? '').sort()
}

const title = reason === null ? 'a disposable server in a container' : `a container (not tried: ${reason})`

describe.skipIf(reason !== null)(title, () => {
  test('answers with the superuser of the dump, and leaves nothing behind', async () => {
    const before = await runNames()
    {
      await using server = await start({ superuser: 'supabase_admin' })
      expect(server.version).toMatch(/^15\./)
      expect(server.origin).toMatch(/^postgres(?::15|@sha256)/)
      await server.createDatabase('shop')
      await server.createDatabase('postgres')
      await using session = await server.connect('shop')
      expect(await session.query("SELECT current_user::text AS who, lower('É') AS low")).toEqual([
        { who: 'supabase_admin', low: 'é' },
      ])
      expect(await session.query('SHOW fsync')).toEqual([{ fsync: 'off' }])
      expect(await server.logTail(20)).toContain('ready to accept connections')
      expect((await runNames()).length).toBe(before.length + 1)
    }
    expect(await runNames()).toEqual(before)
  })

  test('has no network where its socket can reach us: the dump reaches no listener of this machine', async () => {
    let connections = 0
    const listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => void listener.listen(0, '0.0.0.0', resolve))
    const { port } = listener.address() as { port: number }
    try {
      await using server = await start()
      if (!server.address.host.startsWith('/')) return
      expect(server.isolation).toMatchObject({ network: 'none', diesWithParent: true })
      expect((await stat(dirname(server.address.host))).mode & 0o777).toBe(0o700)
      const hosts = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
      await using session = await server.connect('postgres')
      for (const host of hosts.filter((address) => address.includes('.'))) {
        const knocking = session.query(`COPY (SELECT 1) TO PROGRAM 'bash -c "echo > /dev/tcp/${host}/${port}"'`)
        await expect(knocking).rejects.toMatchObject({ code: 'E_SQL' })
      }
      expect(connections).toBe(0)
    } finally {
      listener.close()
    }
  })

  test('is published on the loopback address and on no other where it is on a port', async () => {
    await using server = await start({}, { listen: 'port' })
    await using session = await server.connect('postgres')
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
    expect(server.isolation).toMatchObject({ network: 'loopback', diesWithParent: true })
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of others) expect(await isBound(address, server.address.port)).toBe(false)
    expect(await isBound('127.0.0.1', server.address.port)).toBe(true)
  })

  test('has few rights inside', async () => {
    await using server = await start()
    await using session = await server.connect('postgres')
    await session.query('CREATE TABLE said (line text)')
    await session.query(
      `COPY said FROM PROGRAM 'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status' WITH (DELIMITER '|')`,
    )
    const lines = (await session.query('SELECT line FROM said')).map(({ line }) => line)
    expect(lines).toContain('CapEff:\t0000000000000000')
    expect(lines).toContain('NoNewPrivs:\t1')
  })

  test('outlives nobody: a killed harness takes it along within two seconds', async () => {
    const { child, name } = await startHarness('')
    expect(await runNames(child.pid)).toContain(name)
    child.kill('SIGKILL')
    const killed = performance.now()
    await expect.poll(async () => runNames(child.pid), { timeout: 8_000, interval: 50 }).not.toContain(name)
    expect(performance.now() - killed).toBeLessThan(2_000)
  })

  test('is swept with its volume and its socket when the watchdog was killed too', async () => {
    const { child, name, watchdog } = await startHarness('')
    const { Mounts } = await docker().getContainer(name.slice(1)).inspect()
    const socket = Mounts.find(({ Destination }) => Destination === socketMount)?.Source ?? ''
    expect((await stat(socket)).isDirectory()).toBe(true)
    const volume = Mounts.find(({ Type }) => Type === 'volume')?.Name ?? ''
    expect(volume).not.toBe('')
    expect(await sweepOrphans({ cacheFolder: '/nonexistent' })).not.toContain(`container ${name.slice(1)}`)
    process.kill(watchdog, 'SIGKILL')
    child.kill('SIGKILL')
    await new Promise((resolve) => void child.once('exit', resolve))
    await sweepOrphans({ cacheFolder: '/nonexistent' })
    await expect.poll(async () => runNames(child.pid)).not.toContain(name)
    await expect(stat(dirname(socket))).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await docker().listVolumes()).Volumes.map(({ Name }) => Name)).not.toContain(volume)
  })

  test('stays when it is kept, and ends by the line that was given', async () => {
    const { child, name } = await startHarness('keep')
    const said = JSON.parse(await text(child.stdout)) as { stop: string; connect: string }
    const kept = name.replace(runPrefix, keptPrefix)
    await sleep(500)
    await sweepOrphans({ cacheFolder: '/nonexistent' })
    expect(await runNames(child.pid)).toContain(kept)
    expect(said.connect).toMatch(/^docker exec -it rehearsal-kept-/)
    expect(said.stop).toBe(`docker rm -fv ${kept.slice(1)}`)
    await docker().getContainer(kept.slice(1)).remove({ force: true, v: true })
  })

  test('that can not start says why in its own words, and is removed', async () => {
    const before = await runNames()
    const fault = await start({ superuser: 'pg_not_allowed' }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'E_ENGINE_START', message: expect.stringContaining('pg_not_allowed') })
    expect(await runNames()).toEqual(before)
  })

  test('lacks what its image lacks', async () => {
    const lacks = await containerEngine().lacks({ ...need, extensions: ['pgcrypto', 'plpgsql', 'postgis'] })
    expect(lacks).toMatchObject([{ what: 'extension postgis', fatal: false }])
  })

  test('lacks an image that is neither here nor to be pulled, or that is of another major', async () => {
    const absent = containerEngine({ image: 'localhost:1/no-such-image:1' })
    expect(await absent.lacks(need)).toMatchObject([{ what: 'image localhost:1/no-such-image:1', fatal: true }])
    const other = containerEngine({ image: 'postgres:15' })
    expect(await other.lacks({ ...need, major: 17 })).toMatchObject([
      { what: expect.stringContaining('major 17'), fatal: true },
    ])
  })
})

test('without a daemon it lacks one, and says what to do', async () => {
  const before = process.env['DOCKER_HOST']
  process.env['DOCKER_HOST'] = 'unix:///nonexistent/docker.sock'
  try {
    expect(await containerEngine().lacks(need)).toEqual([
      {
        what: 'docker: no Docker daemon: /nonexistent/docker.sock is not there',
        remedy: expect.stringContaining('DOCKER_HOST leads there'),
        fatal: true,
      },
    ])
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST']
    else process.env['DOCKER_HOST'] = before
  }
})

const harness = `
const { containerEngine } = await import(process.argv[1])
const { silentProgress } = await import(process.argv[2])
const need = { major: 15, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
const server = await containerEngine({ limits: { dataBytes: null } }).start(need, { signal: new AbortController().signal, progress: silentProgress })
console.log(server.address.port)
if (process.argv[3] === 'keep') {
  console.log(JSON.stringify(await server.keep()))
  process.exit(0)
}
setInterval(() => {}, 1000)
`

/** A harness of its own, with a container that runs. */
async function startHarness(mode: string) {
  const modules = ['../index.ts', '../../core/index.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const child = spawn(process.execPath, ['--input-type=module', '-e', harness, ...modules, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const first = await firstLine(child.stdout)
  const started = await runNames(child.pid)
  if (first === '' || started.length === 0) throw new Error('the harness started no container')
  const name = (started[0] ?? '').replace(keptPrefix, runPrefix)
  return { child, name, watchdog: await childNamed(child.pid ?? 0, 'watchdog') }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let line = ''
  for (;;) {
    const character = await new Promise<string>((resolve) => {
      const read = (): void => {
        const byte = stream.read(1)
        if (byte === null) stream.once('readable', read)
        else resolve(byte.toString())
      }
      read()
    })
    if (character === '\n') return line
    line += character
  }
}

async function childNamed(parent: number, word: string): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '')
  for (const pid of children.trim().split(' ')) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(word)) return Number(pid)
  }
  return 0
}

/** Whether somebody listens there: then we can't. */
async function isBound(address: string, port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(true))
    server.listen(port, address, () => void server.close(() => resolve(false)))
  })
}
