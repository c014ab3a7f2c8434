import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, chown, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRoot } from '../../core/index.ts'
import { sweepOrphans } from '../index.ts'
import type { Confinement } from './launch-plan.ts'

/** A harness of its own: starts a server, lets one of its backends run for hours, says where, and waits. */
const harness = `
const { embeddedEngine } = await import(process.argv[1])
const { silentProgress } = await import(process.argv[2])
const [cacheFolder, strongestConfinement] = process.argv.slice(3)
const engine = embeddedEngine({ cacheFolder, strongestConfinement })
const need = { major: 17, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
const server = await engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
const busy = await server.connect('postgres')
busy.query('SELECT count(*) FROM generate_series(1, 1e10)').catch(() => {})
const watch = await server.connect('postgres')
for (;;) {
  const rows = await watch.query("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query ~ '1e10' AND pid <> pg_backend_pid()")
  if (rows.length > 0) break
}
console.log(server.address.host)
setInterval(() => {}, 1000)
`

let cacheFolder = ''
beforeAll(async () => {
  cacheFolder = await mkdtemp('/tmp/rehearsal-test-')
  await chmod(cacheFolder, 0o755)
})
afterAll(async () => rm(cacheFolder, { recursive: true, force: true }))

async function startHarness(
  confinement: Confinement,
  as: { readonly uid?: number; readonly gid?: number; readonly cache?: string } = {},
): Promise<{ child: ChildProcess; runFolder: string }> {
  const modules = ['../index.ts', '../../core/index.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const args = ['--input-type=module', '-e', harness, ...modules, as.cache ?? cacheFolder, confinement]
  const { uid, gid } = as
  const ids = uid === undefined ? {} : { uid, gid, cwd: '/', env: { PATH: process.env['PATH'] } }
  const child = spawn(process.execPath, args, { ...ids, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { value } = (await lines.next()) as { value?: string }
  return { child, runFolder: dirname(value ?? '') }
}

/** All processes that work in the run's folder: launcher, postmaster, backends. */
async function processesIn(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const inside = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      return cwd.startsWith(folder) ? [Number(pid)] : []
    }),
  )
  return inside.flat()
}

describe.runIf(process.platform === 'linux')('a harness that is killed', () => {
  test.each(['own root', 'namespaces', 'death signal', 'plain'] as const)(
    'takes all the processes of its server along within two seconds, a busy backend too (%s)',
    async (confinement) => {
      const { child, runFolder } = await startHarness(confinement)
      const before = await processesIn(runFolder)
      expect(before.length).toBeGreaterThan(4)
      child.kill('SIGKILL')
      const killed = performance.now()
      await expect.poll(async () => processesIn(runFolder), { timeout: 5_000, interval: 20 }).toEqual([])
      expect(performance.now() - killed).toBeLessThan(2_000)

      // Any other start on this machine may have swept it already.
      await sweepOrphans({ cacheFolder })
      await expect.poll(() => existsSync(runFolder)).toBe(false)
    },
  )

  test.runIf(isRoot()).each(['own root', 'namespaces'] as const)(
    'does so as an ordinary user too (root only, to become one): %s',
    async (confinement) => {
      const uid = 64_322
      const cache = await mkdtemp('/tmp/rehearsal-test-')
      await chown(cache, uid, uid)
      try {
        const { child, runFolder } = await startHarness(confinement, { uid, gid: uid, cache })
        expect((await processesIn(runFolder)).length).toBeGreaterThan(4)
        child.kill('SIGKILL')
        const killed = performance.now()
        await expect.poll(async () => processesIn(runFolder), { timeout: 5_000, interval: 20 }).toEqual([])
        expect(performance.now() - killed).toBeLessThan(2_000)
      } finally {
        for (const path of [cache, `/dev/shm/rehearsal-runs-${uid}`]) await rm(path, { recursive: true, force: true })
      }
    },
  )

  test('is no matter while it lives: the sweep leaves its folder and its server alone', async () => {
    const { child, runFolder } = await startHarness('namespaces')
    try {
      expect(await sweepOrphans({ cacheFolder })).not.toContain(runFolder)
      expect((await processesIn(runFolder)).length).toBeGreaterThan(4)
    } finally {
      child.kill('SIGKILL')
      await new Promise((resolve) => void child.once('exit', resolve))
      await expect.poll(async () => processesIn(runFolder)).toEqual([])
      await sweepOrphans({ cacheFolder })
    }
  })
})
