import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { containerEngine } from './container-engine.ts'
import { containerOf, docker, imageOf, need, obstacle, start } from './testing/containers.ts'

const reason = await obstacle()

async function refusalOf(
  image: string,
  superuser = 'postgres',
): Promise<{ code: string; message: string; hint: string }> {
  try {
    await using server = await start({ image }, { superuser })
    throw new Error(`it started: ${server.version}`)
  } catch (error) {
    return error as { code: string; message: string; hint: string }
  }
}

describe.skipIf(reason !== null)(
  reason ? `a lost container (not tried: ${reason})` : 'a container that is lost',
  () => {
    test('because its server was killed is said to have been killed, by every session and by the next', async () => {
      await using server = await start()
      await using session = await server.connect('postgres')
      const sleeping = session.query('SELECT pg_catalog.pg_sleep(60)').catch((error: unknown) => error)
      await sleep(100)
      await (await containerOf(server)).kill()
      const message = 'the container of the disposable server was killed (exit code 137)'
      expect(await sleeping).toMatchObject({ code: 'E_ENGINE_CRASHED', message })
      await expect(server.connect('postgres')).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED', message })
    })

    test('because somebody removed it is said to be gone, and leaves nothing to clean up', async () => {
      await using server = await start()
      await using session = await server.connect('postgres')
      await (await containerOf(server)).remove({ force: true, v: true })
      const message = 'the container of the disposable server was removed by somebody else'
      await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED', message })
    })

    test('because it is paused keeps nobody waiting once the signal is given, and is removed', async () => {
      const limit = new AbortController()
      const container = await (async () => {
        await using server = await start()
        await using session = await server.connect('postgres', { signal: limit.signal })
        const found = await containerOf(server)
        const waiting = session.query('SELECT pg_catalog.pg_sleep(1)').catch((error: unknown) => error)
        await found.pause()
        setTimeout(() => limit.abort(new Error('time is up')), 500)
        const begun = performance.now()
        await Promise.race([waiting, sleep(8_000)])
        expect(performance.now() - begun).toBeLessThan(5_000)
        return found
      })()
      await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 })
    })
  },
)

describe.skipIf(reason !== null)(reason ? `an unfit image (not tried: ${reason})` : 'an image that is unfit', () => {
  test('because its init script fails: the script’s own words, and it is tried once', async () => {
    await using image = await imageOf(
      'postgres:15',
      `echo 'echo no licence key given >&2; exit 3' > /docker-entrypoint-initdb.d/licence.sh`,
    )
    const begun = performance.now()
    const { code, message } = await refusalOf(image.name)
    expect(code).toBe('E_ENGINE_START')
    expect(message).toContain('no licence key given')
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  test('for a read-only root file system only: gets a writable one, and the evidence says so', async () => {
    await using image = await imageOf(
      'postgres:15',
      `echo 'touch /etc/licence || { echo "/etc/licence: Read-only file system"; exit 3; }' > /docker-entrypoint-initdb.d/x.sh; chmod 777 /etc`,
    )
    await using server = await start({ image: image.name })
    expect(server.isolation.notes).toContain('its root file system is its own, and writable')
    expect(server.isolation.network).toBe('none')
  })

  test('because it holds no Postgres: says what the daemon or the image said', async () => {
    await using image = await imageOf('postgres:15', 'true', ['ENTRYPOINT []', 'CMD ["cat", "/etc/hostname"]'])
    const { code, message } = await refusalOf(image.name)
    expect(code).toBe('E_ENGINE_START')
    expect(message).toContain('its container has ended')
    await using empty = await imageOf('postgres:15', 'true', ['ENTRYPOINT ["/no/such/program"]', 'CMD []'])
    const other = await refusalOf(empty.name)
    expect(other.code).toBe('E_ENGINE_START')
    expect(other.message).toMatch(/no such file|not found/)
  })

  test('because it is of a lower major', async () => {
    const engine = containerEngine({ image: 'postgres:15' })
    const options = { signal: new AbortController().signal, progress: silentProgress }
    await expect(engine.start({ ...need, major: 17 }, options)).rejects.toMatchObject({ code: 'E_ENGINE_VERSION' })
  })

  test('because it is nowhere: one line, with what to do', async () => {
    const { code, message, hint } = await refusalOf('localhost:1/no-such-image:1')
    expect({ code, message, hint }).toEqual({
      code: 'E_ENGINE_UNAVAILABLE',
      message: 'the image localhost:1/no-such-image:1 is neither here nor to be pulled',
      hint: 'try "docker pull localhost:1/no-such-image:1" to see why',
    })
  })

  test('is left behind by none of these', async () => {
    const all = await docker().listContainers({ all: true, filters: { label: ['rehearsal.run'] } })
    expect(all.filter(({ Labels }) => Labels['rehearsal.owner']?.includes(`"pid":${process.pid},`))).toEqual([])
  })
})

test('a daemon that has gone is named, and is no defect of ours', async () => {
  const { askingDaemon } = await import('./daemon-fault.ts')
  const gone = Object.assign(new Error('connect ECONNREFUSED /var/run/docker.sock'), { code: 'ECONNREFUSED' })
  await expect(askingDaemon(() => Promise.reject(gone))).rejects.toMatchObject({
    code: 'E_ENGINE_UNAVAILABLE',
    message: 'the container daemon went away while it was needed',
  })
  const refused = Object.assign(new Error('(HTTP code 500) server error - no space'), { statusCode: 500 })
  await expect(askingDaemon(() => Promise.reject(refused))).rejects.toMatchObject({ code: 'E_ENGINE_UNAVAILABLE' })
  await expect(askingDaemon(() => Promise.reject(new TypeError('ours')))).rejects.toThrow(TypeError)
})
