import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Isolation } from '../types.ts'
import { isRoot } from '../../core/index.ts'

const harness = `
const { embeddedEngine, sweepOrphans } = await import(process.argv[1])
const { silentProgress } = await import(process.argv[2])
const options = { cacheFolder: process.argv[3] }
const need = { major: 17, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
const engine = embeddedEngine(options)
const report = { uid: process.getuid(), lacks: await engine.lacks(need) }
{
  await using server = await engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
  await using session = await server.connect('postgres')
  const inside = await session.query("SELECT (regexp_match(pg_read_file('/proc/self/status'), 'Uid:\\\\s+([0-9]+)'))[1] AS uid")
  const reached = await session.execute("SELECT pg_read_file('/etc/hostname')")
  Object.assign(report, { isolation: server.isolation, inside, reached: reached.ok })
}
report.left = await sweepOrphans(options)
console.log(JSON.stringify(report))
`

const users = [
  { who: 'with a name', uid: 65_534 },
  { who: 'without a name, as in many containers', uid: 64_321 },
]
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp('/tmp/rehearsal-test-')
  await chmod(folder, 0o777)
})
afterAll(async () => {
  for (const path of [folder, ...users.map(({ uid }) => `/dev/shm/rehearsal-runs-${uid}`)]) {
    await rm(path, { recursive: true, force: true })
  }
})

describe.runIf(isRoot() && process.platform === 'linux')('an ordinary user', () => {
  test.each(users)('$who gets a server under the own uid, shut in where the kernel allows it', async ({ uid }) => {
    const modules = ['../index.ts', '../../core/index.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
    const child = spawn(process.execPath, ['--input-type=module', '-e', harness, ...modules, `${folder}/${uid}`], {
      uid,
      gid: uid,
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const report = JSON.parse(await text(child.stdout)) as {
      uid: number
      lacks: unknown
      isolation: Isolation
      inside: unknown
      reached: boolean
      left: unknown
    }
    expect(report.uid).toBe(uid)
    expect(report.lacks).toEqual([])
    expect(report.inside).toEqual([{ uid: String(uid) }])
    expect(report.isolation).toMatchObject({ ownUser: false, diesWithParent: true })
    // Either all of it or, where the kernel forbids user namespaces, none.
    expect([
      { network: 'none', files: 'own root', reached: false },
      { network: 'host', files: 'host', reached: true },
    ]).toContainEqual({ network: report.isolation.network, files: report.isolation.files, reached: report.reached })
    expect(report.left).toEqual([])
  })
})
