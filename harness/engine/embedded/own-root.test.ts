import { chmod, copyFile, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import type { Outcome } from '../../postgres/index.ts'
import type { DisposableServer } from '../types.ts'
import { embeddedEngine } from './embedded-engine.ts'
import { hasOwnRoot, readMounts } from './inspect-root.ts'
import type { Confinement } from './launch-plan.ts'
import { layOutRoot, mountTable } from './own-root.ts'
import { chooseServerUser } from '../server-uid.ts'
import { isShutIn } from './testing/shut-in.ts'

const majors = [15, 17]
/** Folders of this machine that every user may write to. */
const open = ['/tmp', '/var/tmp', '/dev/shm'] as const
let outside = ''
let cacheFolder = ''
beforeAll(async () => {
  cacheFolder = await mkdtemp('/tmp/rehearsal-test-')
  await chmod(cacheFolder, 0o755)
  outside = await mkdtemp('/tmp/project-of-somebody-')
  await chmod(outside, 0o777)
  await writeFile(join(outside, '.env'), 'PRODUCTION_URL=hunter2', { mode: 0o644 })
})
afterAll(async () => {
  await rm(cacheFolder, { recursive: true, force: true })
  await rm(outside, { recursive: true, force: true })
})

async function start(major = 17, strongestConfinement: Confinement = 'own root'): Promise<DisposableServer> {
  const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  const options = { signal: new AbortController().signal, progress: silentProgress }
  return embeddedEngine({ cacheFolder, strongestConfinement }).start(need, options)
}

async function run(server: DisposableServer, statement: string): Promise<Outcome> {
  await using session = await server.connect('postgres')
  return await session.execute(statement)
}

async function read(server: DisposableServer, query: string): Promise<readonly (string | null)[]> {
  await using session = await server.connect('postgres')
  return (await session.query(query)).map((row) => Object.values(row)[0] ?? null)
}

/** The server's first process, as this machine counts. */
async function pidOf(server: DisposableServer): Promise<number> {
  const data = join(dirname(server.address.host), 'data')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const inside = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
      return cwd === data && name === 'postgres\n' ? [pid] : []
    }),
  )
  return Math.min(...inside.flat())
}

describe.runIf(isShutIn)('a server in its own root (only where one can be shut in)', () => {
  test.each(majors)('of major %i sees what it runs on, and no other file of this machine', async (major) => {
    await using server = await start(major)
    expect(server.isolation).toMatchObject({ network: 'none', files: 'own root' })
    const names = await read(server, `SELECT pg_catalog.pg_ls_dir('/') ORDER BY 1`)
    // `tmp` is the way to its binaries and its run folder, which lie there in this test.
    const around = dirname(server.address.host).split('/')[1]
    expect(names.filter((name) => name !== around && name !== 'tmp')).toEqual(
      ['bin', 'dev', 'etc', 'launch', 'lib', 'lib64', 'old', 'proc', 'usr'].filter((name) => name !== around),
    )
    expect(await read(server, `SELECT pg_catalog.pg_ls_dir('/tmp')`)).not.toContain(outside.split('/').at(-1))
    expect(await read(server, `SELECT pg_catalog.pg_ls_dir('/etc') ORDER BY 1`)).toEqual(['ld.so.cache', 'passwd'])
    expect(await read(server, `SELECT pg_catalog.pg_read_file('/etc/passwd')`)).toEqual([
      expect.stringMatching(/^postgres:x:\d+:\d+::\/:\/\n$/),
    ])
    for (const path of [
      join(outside, '.env'),
      '/etc/hostname',
      '/proc/1/root/etc/hostname',
      '/proc/self/cwd/../../lease.json',
    ]) {
      const outcome = await run(server, `SELECT pg_catalog.pg_read_file('${path}')`)
      expect([path, outcome.ok]).toEqual([path, false])
    }
  })

  test('writes nothing outside its data and its socket', async () => {
    await using server = await start()
    const places = [...open, outside, '/', '/etc', '/launch', '/usr/lib', dirname(server.address.host)]
    for (const place of places) {
      const file = join(place, 'rehearsal-canary')
      const outcome = await run(server, `SELECT pg_catalog.lo_export(pg_catalog.lo_from_bytea(0, 'x'), '${file}')`)
      expect([place, outcome.ok, existsSync(file)]).toEqual([place, false, false])
    }
    expect((await run(server, `COPY (SELECT 1) TO '${dirname(server.address.host)}/data/mine'`)).ok).toBe(true)
  })

  test('starts no program: what asks for one is refused as the statement that it is', async () => {
    await using server = await start()
    for (const program of ['touch /tmp/rehearsal-canary', '/launch/setpriv --version', 'true']) {
      const outcome = await run(server, `COPY (SELECT 1) TO PROGRAM '${program}'`)
      expect(outcome).toMatchObject({
        ok: false,
        refusal: { code: expect.stringMatching(/^(?:38000|22000|XX000|08|42)/) },
      })
    }
    expect(existsSync('/tmp/rehearsal-canary')).toBe(false)
    expect(await read(server, 'SELECT 1')).toEqual(['1'])
  })

  test('loads no library that was written while it runs, be it a real one', async () => {
    await using server = await start()
    const [folder = ''] = await read(server, `SELECT setting FROM pg_catalog.pg_config WHERE name = 'PKGLIBDIR'`)
    const data = join(dirname(server.address.host), 'data')
    await copyFile(join(folder ?? '', 'hstore.so'), join(data, 'evil.so'))
    await chmod(join(data, 'evil.so'), 0o777)
    expect((await run(server, `LOAD '${folder}/hstore.so'`)).ok).toBe(true)
    expect(await run(server, `LOAD '${data}/evil.so'`)).toMatchObject({
      ok: false,
      refusal: { message: expect.stringMatching(/failed to map segment|not permitted|Permission denied/) },
    })
  })

  test('has no way to more rights, and one environment of two words', async () => {
    await using server = await start()
    const [status = ''] = await read(server, `SELECT pg_catalog.pg_read_file('/proc/self/status')`)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect(status).toMatch(/^CapPrm:\t0+$/m)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    const [limits = ''] = await read(server, `SELECT pg_catalog.pg_read_file('/proc/self/limits')`)
    expect(limits).toMatch(/^Max core file size +0 +0 /m)
    expect(limits).toMatch(/^Max address space +\d+ +\d+ /m)
    expect(limits).toMatch(server.isolation.ownUser ? /^Max processes +256 +256 /m : /^Max processes /m)
    const [words = ''] = await read(
      server,
      `SELECT pg_catalog.encode(pg_catalog.pg_read_binary_file('/proc/1/environ'), 'escape')`,
    )
    const own = (words ?? '')
      .split('\\000')
      .filter((word) => word !== '' && !/^(?:PG|PWD=|OLDPWD=|SHLVL=|_=)/.test(word))
    expect(own.sort()).toEqual(['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'])
    const processes = await read(
      server,
      `SELECT DISTINCT pg_catalog.btrim(pg_catalog.pg_read_file('/proc/' || pid || '/comm'), E'\\n')
       FROM pg_catalog.pg_ls_dir('/proc') AS pid WHERE pid ~ '^[0-9]+$'`,
    )
    expect(processes).toEqual(['postgres'])
  })

  test.each(majors)(
    'of major %i has what a dump may need: extensions, ICU, time zones, parallel queries',
    async (major) => {
      await using server = await start(major)
      await using session = await server.connect('postgres')
      for (const name of ['hstore', 'pg_trgm', 'pgcrypto', 'postgres_fdw', 'dblink', 'btree_gist', 'unaccent']) {
        await session.query(`CREATE EXTENSION ${name}`)
      }
      expect(await session.query(`SELECT 'ä' < 'z' COLLATE "de-x-icu" AS sorts`)).toEqual([{ sorts: 't' }])
      expect(
        await session.query(`SELECT ('2026-07-01 12:00+00'::timestamptz AT TIME ZONE 'Europe/Berlin')::text AS there`),
      ).toEqual([{ there: '2026-07-01 14:00:00' }])
      await session.query('CREATE TABLE many AS SELECT n FROM generate_series(1, 200000) AS n')
      await session.query(
        'SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0',
      )
      expect(await session.query('SELECT sum(n) AS total FROM many')).toEqual([{ total: '20000100000' }])
      await session.query(`SET allow_in_place_tablespaces = on`)
      await session.query(`CREATE TABLESPACE roomy LOCATION ''`)
      await session.query('CREATE TABLE far (id integer) TABLESPACE roomy')
    },
  )
})

describe.runIf(process.platform === 'linux')('what is seen of a server from outside', () => {
  test.runIf(isShutIn)('is its own root only where it is', async () => {
    for (const [confinement, is] of [
      ['own root', true],
      ['namespaces', false],
    ] as const) {
      await using server = await start(17, confinement)
      expect(server.isolation.files).toBe(is ? 'own root' : 'host')
      const folder = dirname(server.address.host)
      const installed = (await readdir(join(cacheFolder, 'binaries'))).find((name) => name.startsWith('17.')) ?? ''
      const root = await layOutRoot({
        folder,
        data: join(folder, 'data'),
        socket: server.address.host,
        installed: join(cacheFolder, 'binaries', installed),
        user: await chooseServerUser(),
      })
      if (root === null) throw new Error('this machine has no util-linux')
      const pid = await pidOf(server)
      expect(await hasOwnRoot(pid, root)).toBe(is)
      // Anything more in sight, or anything less forbidden, is not it.
      const fewer = new Map([...root.mounts].filter(([target]) => target !== '/dev/zero'))
      expect(await hasOwnRoot(pid, { ...root, mounts: fewer })).toBe(false)
      const stricter = new Map(root.mounts).set('/dev/zero', { source: '/dev/zero', options: ['bind', 'ro'] })
      expect(await hasOwnRoot(pid, { ...root, mounts: stricter })).toBe(false)
      expect(await hasOwnRoot(process.pid, root)).toBe(false)
    }
  })

  test('is read as the kernel writes it', () => {
    const line = '36 35 98:0 /mnt1 /mnt\\0402 ro,nosuid master:1 - ext3 /dev/root rw\n'
    expect(readMounts(line)).toEqual([{ target: '/mnt 2', options: new Set(['ro', 'nosuid']) }])
  })

  test('was written so that no name ends its field', () => {
    const mounts = new Map([['/a b\n#c\\', { source: '/x\ty', options: ['bind', 'ro'] }]])
    expect(mountTable('/root', mounts)).toBe('/x\\011y /root/a\\040b\\012\\043c\\134 none bind,ro 0 0\n')
  })
})
