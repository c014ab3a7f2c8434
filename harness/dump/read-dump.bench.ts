import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { formatBytes, parseBytes } from '../core/index.ts'
import { inspectDump } from './inspect-dump.ts'

/*
 * How fast and in how much memory a dump is read: node harness/dump/read-dump.bench.ts --size 200MB [--folder /dev/shm]
 * Writes one dump of each kind, reads it, prints one line, deletes it.
 */

const header =
  "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n"
const footer = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
const table = 'CREATE TABLE public.events (id bigint, at timestamptz, who uuid, what text, detail jsonb);\n\n'
const insert = 'INSERT INTO public.events (id, at, who, what, detail) VALUES'

const kinds: Readonly<
  Record<
    string,
    (id: number) => {
      readonly row: string
      readonly every: number
      readonly open: string
      readonly between: string
      readonly close: string
    }
  >
> = {
  copy: (id) => ({
    row: copyRow(id),
    every: 500_000,
    open: 'COPY public.events (id, at, who, what, detail) FROM stdin;\n',
    between: '',
    close: '\\.\n\n',
  }),
  'multi-row inserts': (id) => ({
    row: insertRow(id),
    every: 100_000,
    open: `${insert}\n\t`,
    between: ',\n\t',
    close: ';\n\n',
  }),
  'single-row inserts': (id) => ({ row: insertRow(id), every: 1, open: `${insert} `, between: '', close: ';\n' }),
}

function copyRow(id: number): string {
  return `${id}\t2026-01-${(id % 28) + 10} 12:00:00+00\t8f14e45f-ceea-467f-9575-${String(id).padStart(12, '0')}\tsigned in; from 'home'\t{"agent": "Mozilla/5.0", "ok": true, "n": ${id}}\n`
}

function insertRow(id: number): string {
  return `(${id}, '2026-01-${(id % 28) + 10} 12:00:00+00', '8f14e45f-ceea-467f-9575-${String(id).padStart(12, '0')}', 'signed in; from ''home''', '{"agent": "Mozilla/5.0", "ok": true, "n": ${id}}')`
}

async function writeDump(path: string, kind: string, size: number): Promise<void> {
  const { signal } = stopping
  const file = createWriteStream(path)
  const shape = kinds[kind]
  if (shape === undefined) throw new TypeError(kind)
  let piece = header + table
  let written = 0
  for (let id = 0; written < size; id += 1) {
    const { row, every, open, between, close } = shape(id)
    const isLast = id % every === every - 1 || written + piece.length >= size
    piece += (id % every === 0 ? open : between) + row + (isLast ? close : '')
    if (piece.length < 262_144 && !isLast) continue
    written += piece.length
    if (isLast && written >= size) piece += footer
    if (!file.write(piece)) await once(file, 'drain', { signal })
    piece = ''
  }
  file.end()
  await once(file, 'close')
}

async function measure(path: string): Promise<string> {
  const began = performance.now()
  const summary = await inspectDump(path)
  const seconds = (performance.now() - began) / 1000
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
  const peak = formatBytes(process.resourceUsage().maxRSS * 1024)
  const speed = `${Math.round(summary.plainBytes / 1e6 / seconds)} MB/s`
  return `${formatBytes(summary.plainBytes)}, ${rows} rows, ${speed}, peak ${peak}, ${summary.completeness}, ${summary.problems.length} problems`
}

async function measureAll(size: number, parent: string): Promise<void> {
  const { signal } = stopping
  const folder = await mkdtemp(join(parent, 'read-dump-'))
  try {
    for (const kind of Object.keys(kinds)) {
      const path = join(folder, 'dump.sql')
      await writeDump(path, kind, size)
      // A process of its own, so that the writer's memory is not counted.
      const argv = [import.meta.filename, '--read', path]
      const { stdout } = await promisify(execFile)(process.execPath, argv, { signal, env: {} })
      process.stdout.write(`${kind}: ${stdout}\n`)
      await rm(path)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The folder goes, whether somebody interrupts us or whoever read our output has gone (`| head`). */
const stopping = new AbortController()
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stopping.abort()
})
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopping.abort())

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '200MB' },
    folder: { type: 'string', default: tmpdir() },
    read: { type: 'string' },
  },
})
try {
  if (values.read === undefined) await measureAll(parseBytes(values.size), values.folder)
  else process.stdout.write(await measure(values.read))
} catch (error) {
  if (!stopping.signal.aborted) throw error
  process.exitCode = 1
}
