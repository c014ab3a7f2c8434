import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlineDump } from '../outline-dump.ts'
import type { DumpText } from '../outline.ts'

const rows = Array.from({ length: 400_000 }, (_, row) => `${row}\tthe text of row ${row}\n`).join('')
const dump = `COPY t FROM stdin;\n${rows}\\.\n`
const data = { from: 19, to: 19 + rows.length }

let folder: string
let spoolFolder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spooled-text-'))
  spoolFolder = await mkdtemp(join(folder, 'spool-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function packed(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

async function read(text: DumpText, range: { readonly from: number; readonly to: number }): Promise<string> {
  return Buffer.concat(await Array.fromAsync(text.bytes(range), (chunk) => Buffer.from(chunk))).toString()
}

/** Files of ours without a name that are open. */
async function nameless(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
  return (await Promise.all(links)).filter((link) => link.includes('rehearsal-text') && link.endsWith('(deleted)'))
    .length
}

describe('the text of a compressed dump', () => {
  it.each([
    ['gzip', gzipSync(dump)],
    ['zstd', zstdCompressSync(dump)],
    ['gzip of several members', Buffer.concat([gzipSync(dump.slice(0, 1_000_000)), gzipSync(dump.slice(1_000_000))])],
  ])('is read anywhere, before it is written to there: %s', async (name, bytes) => {
    const { outline, openText } = await outlineDump(await packed(name, bytes), { spoolFolder })
    expect(outline).toMatchObject([{ kind: 'copy', data, rows: 400_000 }])
    const text = await openText({})
    expect(await readdir(spoolFolder)).toEqual([])
    expect(await nameless()).toBe(1)
    const middle = data.from + 5_000_000
    const parts = [data, { from: data.to - 10, to: data.to }, { from: middle, to: middle + 300_000 }]
    const found = await Promise.all(parts.map((part) => read(text, part)))
    expect(found.map((part, at) => part === dump.slice(parts[at]?.from, parts[at]?.to))).toEqual([true, true, true])
    await text[Symbol.asyncDispose]()
    expect([await readdir(spoolFolder), await nameless()]).toEqual([[], 0])
  })

  it('is given up at once, with whatever waits for it', async () => {
    const { openText } = await outlineDump(await packed('given-up', gzipSync(dump)), { spoolFolder })
    const abort = new AbortController()
    const text = await openText({ signal: abort.signal })
    const waiting = read(text, { from: data.to - 10, to: data.to })
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    await text[Symbol.asyncDispose]()
    await expect(read(text, data)).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    expect(await nameless()).toBe(0)
  })

  it('is refused when the file changes under it', async () => {
    const path = await packed('changed', gzipSync(dump))
    const { openText } = await outlineDump(path, { spoolFolder })
    await writeFile(path, gzipSync(dump.slice(0, -1)))
    await expect(openText({})).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
  })

  it('says so when there is no such folder', async () => {
    const { openText } = await outlineDump(await packed('nowhere', gzipSync(dump)), { spoolFolder: join(folder, 'no') })
    await expect(openText({})).rejects.toMatchObject({ code: 'E_FILE_UNREADABLE' })
  })

  const small = smallDisk()
  it.skipIf(small === null)(
    `says so when the disk is full${small === null ? ' (skipped: no user namespaces)' : ''}`,
    async () => {
      const path = await packed('large', gzipSync(dump))
      const script = join(folder, 'full.mjs')
      await writeFile(
        script,
        `const { outlineDump } = await import(${JSON.stringify(new URL('../outline-dump.ts', import.meta.url).href)})
       const { openText } = await outlineDump(${JSON.stringify(path)}, { spoolFolder: ${JSON.stringify(spoolFolder)} })
       await using text = await openText({})
       try { for await (const _ of text.bytes(${JSON.stringify(data)})); } catch (fault) { console.log(fault.code, fault.hint) }`,
      )
      const command = `mount -t tmpfs -o size=1m none ${spoolFolder} && exec ${process.execPath} ${script}`
      const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', command], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(stdout).toMatch(/^E_DISK_FULL it takes [\d.]+ MB there: free some space/)
    },
  )
})

/** Null where no file system can be mounted without privileges. */
function smallDisk(): true | null {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return null
  }
}
