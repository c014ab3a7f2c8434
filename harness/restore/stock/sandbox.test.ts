import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DisposableServer } from '../../engine/index.ts'
import { startServer } from '../testing/twins.ts'
import { ClientSandbox } from './client-sandbox.ts'
import { runClient } from './run-client.ts'
import { stockInto, stubClients } from './testing/stock-twins.ts'

let server: DisposableServer
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stock-sandbox-'))
  await chmod(folder, 0o777)
  server = await startServer(17)
  await server.createDatabase('sample')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const archive = fileURLToPath(new URL('../../dump/archive/testing/recorded/notes-17.dump', import.meta.url))
/** What pg_restore says at its end, where it went on past errors. */
const lastWords = 'pg_restore: warning: errors ignored on restore: 3'
const never = new AbortController().signal
const isLinux = process.platform === 'linux'

/** Runs a shell script where a client would run, and returns what it said. */
async function said(script: string, processes = 1): Promise<readonly string[]> {
  await using sandbox = await ClientSandbox.open(server)
  const lines: string[] = []
  const onLine = (line: string): void => void lines.push(line)
  const args = ['-c', `exec >&2; ${script}`]
  await runClient(sandbox, { program: '/bin/sh', args, input: null, processes, signal: never, onLine })
  return lines
}

describe.runIf(isLinux)('a client in its sandbox', () => {
  it('has nothing of our environment', async () => {
    const names = (await said('exec env')).map((line) => line.split('=', 1)[0] ?? '')
    const given = names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))
    expect(new Set(given)).toEqual(new Set(['LC_ALL', 'PATH']))
  })

  it('works in an empty folder, that is gone afterwards', async () => {
    const [place = '', ...files] = await said('pwd; for file in * .*; do echo "$file"; done')
    expect(files.filter((name) => !['.', '..', '*'].includes(name))).toEqual([])
    expect(place).not.toBe('')
    expect(existsSync(place)).toBe(false)
  })

  it('sees no network, and no process but its own', async () => {
    const devices = (await said('while read -r line; do echo "$line"; done </proc/net/dev')).slice(2)
    expect(devices.map((line) => line.trim().split(':')[0])).toEqual(['lo'])
    const numbers = await said('for name in /proc/[0-9]*; do echo "$name"; done')
    expect(numbers).toEqual(['/proc/1'])
  })

  it('fills no file', async () => {
    const file = join(folder, 'filled')
    await said(`echo content >'${file}'`)
    expect(existsSync(file) ? await readFile(file, 'utf8') : '').toBe('')
  })

  it.runIf(process.getuid?.() === 0)(
    'starts no further program, and cannot reach the socket of the server',
    async () => {
      const canary = join(folder, 'forked')
      await said(`/bin/touch '${canary}' & wait`)
      expect(existsSync(canary)).toBe(false)
      const seen = await said(`test -x '${server.address.host}' || echo closed`)
      expect(seen).toEqual(['closed'])
    },
  )
})

describe.runIf(isLinux)('a client that does not get to its end', () => {
  it('is ended with the run', async () => {
    const clients = await stubClients(folder, 'exec sleep 1000')
    const dump = join(folder, 'hangs.sql')
    await writeFile(dump, smallDump)
    const controller = new AbortController()
    const started = performance.now()
    const restoring = stockInto(server, clients, [dump], { signal: controller.signal })
    const outcome = restoring.then(
      () => 'restored',
      (thrown: unknown) => thrown,
    )
    await expect.poll(async () => (await programsWith('sleep 1000')).length, { timeout: 5_000 }).toBeGreaterThan(0)
    controller.abort()
    expect(await outcome).toMatchObject({ code: 'E_INTERRUPTED' })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await programsWith('sleep 1000')).toEqual([])
  })

  it.each([
    // Some versions of unshare say code 1 for it, which is also pg_restore's for having gone on past errors.
    ['by a signal', `echo "${lastWords}" >&2; exec sleep 1001`, 'SIGKILL' as const, 'signal|code'],
    ['by a code of its own', 'echo "pg_restore: error: out of memory" >&2; exit 1', null, 'code 1.*out of memory'],
    ['by the code of a lost connection', 'exit 2', null, 'code 2'],
    ['by a code that shells give for a crash', 'exit 139', null, 'code 139'],
    ['as a program that is not to be run', 'exec /nowhere/pg_restore', null, 'code 12[67]'],
  ])('%s is a fault of the environment, never a restore', async (_, script, signal, how) => {
    const restoring = stockInto(server, await stubClients(folder, script), [archive])
    const outcome = restoring.then(
      () => 'restored',
      (thrown: unknown) => thrown,
    )
    if (signal) await killWhenThere('sleep 1001', signal)
    expect(await outcome).toMatchObject({
      code: 'E_CLIENT_FAILED',
      kind: 'environment',
      message: expect.stringMatching(new RegExp(how)),
    })
  })

  it('is gone two seconds after a harness that was killed', async () => {
    const { folder: clients } = await stubClients(folder, 'exec sleep 1002')
    const dump = join(folder, 'killed.sql')
    await writeFile(dump, smallDump)
    const modules = ['../testing/twins.ts', './testing/stock-twins.ts'].map((path) =>
      fileURLToPath(new URL(path, import.meta.url)),
    )
    const child = spawn(process.execPath, ['--input-type=module', '-e', harness, ...modules, clients, dump], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    await expect.poll(async () => (await programsWith('sleep 1002')).length, { timeout: 20_000 }).toBeGreaterThan(0)
    child.kill('SIGKILL')
    const killed = performance.now()
    await expect.poll(async () => programsWith('sleep 1002'), { timeout: 5_000, interval: 20 }).toEqual([])
    expect(performance.now() - killed).toBeLessThan(2_000)
  })
})

const smallDump = 'SET statement_timeout = 0;\nCREATE TABLE IF NOT EXISTS public.small (id integer);\n'

/** A harness of its own: a server, and a restore into it by a client that never ends. */
const harness = `
const { startServer } = await import(process.argv[1])
const { stockInto } = await import(process.argv[2])
const [folder, dump] = process.argv.slice(3)
const server = await startServer(17)
await server.createDatabase('sample')
console.log('started')
await stockInto(server, { folder, version: { major: 17, minor: 12, text: '17.12' }, isVulnerable: false }, [dump])
`

async function killWhenThere(words: string, signal: NodeJS.Signals): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const pids = await programsWith(words)
    for (const pid of pids) process.kill(pid, signal)
    if (pids.length > 0) return
    await sleep(10)
  }
}

/** Processes that run exactly these words. */
async function programsWith(words: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const there = await readlink(`/proc/${pid}/exe`).catch(() => '')
      return there !== '' && line.split('\0').join(' ').trim() === words ? [Number(pid)] : []
    }),
  )
  return found.flat()
}
