import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { findClientTools, runTool } from '../../harness/restore/testing/client-tools.ts'
import type { CorpusDump } from './find-corpora.ts'

/** A dump as plain SQL: itself, or what pg_restore makes of an archive. */
export async function asPlain(dump: CorpusDump, folder: string): Promise<string> {
  if (dump.form === 'plain') return dump.path
  const newest = await findClientTools(newestArchiveMajor)
  const major = newest === null ? null : await majorOfArchive(dump.path)
  const tools = major === null ? null : await findClientTools(major)
  if (tools === null) throw new Error('no pg_restore for it')
  const plain = join(folder, `${createHash('sha256').update(dump.path).digest('hex').slice(0, 16)}.sql`)
  await runTool(tools, 'pg_restore', ['--restrict-key=corpus', '-f', plain, dump.path])
  return plain
}

/** Its pg_restore reads what every older pg_dump wrote. */
const newestArchiveMajor = 17

async function majorOfArchive(path: string): Promise<number | null> {
  const tools = await findClientTools(newestArchiveMajor)
  if (tools === null) return null
  const { stdout } = await runTool(tools, 'pg_restore', ['--list', path])
  const major = /Dumped by pg_dump version: (\d+)/.exec(stdout.toString())?.[1]
  return major === undefined ? null : Number(major)
}

/** Archives of one database in different compressions become the same text. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
