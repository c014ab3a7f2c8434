import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processWatch } from '../run/index.ts'
import { openUnpublished } from './unpublished-folder.ts'

const processes = processWatch
const module = new URL('unpublished-folder.ts', import.meta.url).href
const runRoom = new URL('../run/index.ts', import.meta.url).href

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpublished-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

/** A process of its own that opens a folder, writes into it, and is killed there. */
async function leaveBehind(work?: string): Promise<void> {
  const script = `
    const { openUnpublished } = await import(${JSON.stringify(module)})
    const { processWatch } = await import(${JSON.stringify(runRoom)})
    const { path } = await openUnpublished(${JSON.stringify(at('set'))}, { processes: processWatch, work: ${JSON.stringify(work)} })
    ;(await import('node:fs')).writeFileSync(path + '/full.sql', 'rows')
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
}

describe('a folder that is not published yet', () => {
  it('is removed by the next when its process was killed, whatever its set is called', async () => {
    await leaveBehind()
    expect(await readdir(folder)).toHaveLength(2)
    {
      await using _next = await openUnpublished(at('another'), { processes })
      expect((await readdir(folder)).filter((name) => name.startsWith('.set.'))).toEqual([])
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('is taken up by the next that does the same work, and removed by the next that does other work', async () => {
    const [one, other] = ['0123456789abcdef', 'fedcba9876543210']
    await leaveBehind(one)
    // Another set's is none of its business.
    await using _beside = await openUnpublished(at('beside'), { processes, work: other })
    {
      await using same = await openUnpublished(at('set'), { processes, work: one })
      expect(await readdir(same.path)).toEqual(['full.sql'])
      await using late = await openUnpublished(at('set'), { processes, work: one })
      expect(await readdir(late.path)).toEqual([])
      expect([same.keep(), late.keep()]).toEqual([true, true])
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('.set.'))).toEqual([`.set.${one}.part`])
    await using next = await openUnpublished(at('set'), { processes, work: other })
    expect(await readdir(next.path)).toEqual([])
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('is not removed while its process runs, nor by one who cannot tell', async () => {
    await using mine = await openUnpublished(at('set'), { processes })
    await writeFile(join(mine.path, 'full.sql'), 'rows')
    await using _other = await openUnpublished(at('set'), { processes })
    expect(await readdir(mine.path)).toEqual(['full.sql'])
    const unsure = { ...processes, livenessOf: async () => 'unknown' as const }
    await using _third = await openUnpublished(at('set'), { processes: unsure })
    expect(await readdir(mine.path)).toEqual(['full.sql'])
  })

  it('removes nothing by a file that says nobody, and nothing beside', async () => {
    const stem = '.set.00000000-0000-0000-0000-000000000000'
    await mkdir(at(`${stem}.tmp`))
    await writeFile(at(`${stem}.owner`), '{"kind":"unpublished-set","owner":{"pid":0}}')
    await mkdir(at('2026-11-01'))
    await leaveBehind()
    await (await openUnpublished(at('set'), { processes }))[Symbol.asyncDispose]()
    expect((await readdir(folder)).sort()).toEqual([`${stem}.owner`, `${stem}.tmp`, '2026-11-01'])
  })
})
