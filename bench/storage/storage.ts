import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { formatBytes, formatDuration } from '../../harness/core/index.ts'

/**
 * Time and memory of `rehearse storage` with many small objects: `npm run bench:storage [objects] [bytes]`. Each command is a
 * process of its own, and so is the server, on the same machine: the memory printed is the command's alone (the most it
 * ever had resident, by the kernel), the time is not.
 */
const [objects = '100000', bytes = '512'] = process.argv.slice(2)
const serve = new URL('serve.ts', import.meta.url)
const command = fileURLToPath(new URL('../../bin/rehearse.mjs', import.meta.url))
const server = fork(serve, [objects, bytes], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
const folder = await mkdtemp(join(tmpdir(), 'rehearse-bench-storage-'))
try {
  const [line] = (await once(server.stdout ?? server, 'data')) as [Buffer]
  const { url, key } = JSON.parse(line.toString()) as { url: string; key: string }
  const env = { PATH: process.env['PATH'], SUPABASE_URL: url, SUPABASE_SECRET_KEY: key }
  await step('list', ['manifest'], env)
  await step('download', ['download', join(folder, 'storage'), '--yes'], env)
  await step('again', ['download', join(folder, 'storage')], env)
  await step('verify', ['verify', join(folder, 'storage')], env)
} finally {
  server.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

async function step(what: string, words: readonly string[], env: Record<string, string | undefined>): Promise<void> {
  const start = performance.now()
  const child = spawn(process.execPath, [command, 'storage', ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close')
  const most = await mostResident(child)
  await ended
  const took = formatDuration(performance.now() - start)
  process.stdout.write(`${what.padEnd(9)} ${took.padStart(8)}  at most ${formatBytes(most)}  exit ${child.exitCode}\n`)
  if (child.exitCode !== 0) process.stdout.write(said)
}

/** Until it ends. The kernel keeps the highest mark; we miss what comes in the last moments. */
async function mostResident(child: ChildProcess): Promise<number> {
  let most = 0
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024)
    await sleep(50)
  }
  return most
}
