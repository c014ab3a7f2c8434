import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatBytes, formatCount, formatDuration, Secret, systemClock } from '../../harness/core/index.ts'
import { downloadStorage, openStorage, surveyStorage, verifyFiles } from '../../harness/supabase/storage/index.ts'

/**
 * Time and memory of a Storage download of many small objects: `npm run bench:storage [objects] [bytes]`. The server is a
 * process of its own on the same machine, so that the memory printed is the download's alone; the time is not.
 */
const [objects = '100000', bytes = '512'] = process.argv.slice(2)
const serve = new URL('serve.ts', import.meta.url)
const child = fork(serve, [objects, bytes], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
const folder = await mkdtemp(join(tmpdir(), 'rehearse-bench-storage-'))
try {
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const { url, key } = JSON.parse(line.toString()) as { url: string; key: string }
  const { signal } = new AbortController()
  const project = await openStorage({ url, key: new Secret(key, 'bench'), signal })
  await step('list', async () => (await surveyStorage(project)).objects)
  const options = { folder, clock: systemClock, signal, parallel: 8 }
  await step('download', async () => (await downloadStorage(project, options)).fetched.objects)
  await step('again', async () => (await downloadStorage(project, options)).kept)
  await step('verify', async () => (await verifyFiles(folder, { signal })).objects)
} finally {
  child.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

async function step(what: string, work: () => Promise<number>): Promise<void> {
  const start = performance.now()
  const done = await work()
  const took = formatDuration(performance.now() - start)
  if (process.env["BENCH_MEMORY"]) process.stdout.write(`${JSON.stringify(process.memoryUsage())}\n`)
  const most = formatBytes(process.resourceUsage().maxRSS * 1_024)
  process.stdout.write(
    `${what.padEnd(9)} ${formatCount(done).padStart(9)} objects  ${took.padStart(8)}  at most ${most}\n`,
  )
}
