import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifyProcess, livenessOf } from '../../engine/index.ts'
import { lockFolder } from './lock-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const processes = {
  identify: async () => {
    const identity = await identifyProcess(process.pid)
    if (identity === null) throw new TypeError('no process')
    return identity
  },
  livenessOf,
}
const lockName = '.rehearse-backup-lock.00000000-0000-0000-0000-000000000000.held'

async function layLock(change: object): Promise<void> {
  const owner = { ...(await processes.identify()), ...change }
  await writeFile(join(folder, lockName), JSON.stringify({ kind: 'rehearsal-backup-lock', owner }))
}

describe('a locked folder', () => {
  it('is refused to a second, and free again when it is given back', async () => {
    {
      await using _held = await lockFolder(folder, processes)
      await expect(lockFolder(folder, processes)).rejects.toMatchObject({ code: 'E_BACKUP_BUSY' })
    }
    expect(await readdir(folder)).toEqual([])
    await using _again = await lockFolder(folder, processes)
  })

  it('goes to one of many who ask at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(folder, processes)))
      const held = asked.filter((one) => one.status === 'fulfilled')
      expect(held).toHaveLength(1)
      for (const one of held) await one.value[Symbol.asyncDispose]()
      expect(await readdir(folder)).toEqual([])
    }
  })

  it('is taken from one whose process has ended, though its number is in use again', async () => {
    await layLock({ startTime: '1' })
    await using _held = await lockFolder(folder, processes)
    expect(await readdir(folder)).not.toContain(lockName)
  })

  it('is not taken from one on another machine, and says which file to remove', async () => {
    await layLock({ host: 'elsewhere', pid: 7 })
    const refused = lockFolder(folder, processes)
    await expect(refused).rejects.toMatchObject({ code: 'E_BACKUP_BUSY', hint: expect.stringContaining(lockName) })
    await expect(refused).rejects.toThrow('process 7 on elsewhere')
    expect(await readdir(folder)).toEqual([lockName])
  })

  it('is not taken from one who wrote nothing legible', async () => {
    await writeFile(join(folder, lockName), 'what')
    await expect(lockFolder(folder, processes)).rejects.toMatchObject({ code: 'E_BACKUP_BUSY' })
  })
})
