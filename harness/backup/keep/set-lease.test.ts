import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openSet } from '../open-set.ts'
import { findUser, leaseSet } from './set-lease.ts'
import { identifySet } from './identify-set.ts'
import { processWatch } from '../../run/hold-set.ts'
import { SetFolder } from './testing/sets.ts'

test('a set is in use until the lease ends, and the set is the same all the while', async () => {
  await using sets = await SetFolder.create()
  const digest = await sets.seal('a', '2026-03-01T00:00:00Z')
  const root = sets.path('a')
  {
    await using lease = await leaseSet(root, 'rehearsal', processWatch)
    expect(lease).toBeDefined()
    expect(await findUser(root, processWatch)).toBe(`in use by a rehearsal (process ${process.pid})`)
    const set = await openSet(root)
    expect({ digest: await identifySet(set), extra: set.extra }).toEqual({ digest, extra: [] })
  }
  expect(await findUser(root, processWatch)).toBeNull()
  expect(await readdir(root)).toEqual(['full.sql', 'manifest.json'])
})

test('what a killed process left is no use; what another host left may be, and so may what cannot be read', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-01T00:00:00Z')
  const root = sets.path('a')
  const script = `
    import { leaseSet } from ${JSON.stringify(fileURLToPath(new URL('set-lease.ts', import.meta.url)))}
    import { processWatch } from ${JSON.stringify(fileURLToPath(new URL('../../run/hold-set.ts', import.meta.url)))}
    await leaseSet(process.argv[1], 'restore', processWatch)
    process.stdout.write('held')
    setInterval(() => {}, 1_000)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(await findUser(root, processWatch)).toBe(`in use by a restore (process ${child.pid})`)
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(await findUser(root, processWatch)).toBeNull()

  const leases = async () => (await readdir(root)).filter((name) => name.startsWith('.in-use-'))
  const [left] = await leases()
  const lease = JSON.parse(await readFile(`${root}/${left}`, 'utf8')) as { owner: object }
  const elsewhere = { ...lease, owner: { ...lease.owner, host: 'backup-runner' } }
  await writeFile(`${root}/.in-use-elsewhere.json`, JSON.stringify(elsewhere))
  expect(await findUser(root, processWatch)).toMatch(/^in use by a restore on backup-runner, says \.in-use-elsewhere/)
  await writeFile(`${root}/.in-use-elsewhere.json`, '{')
  expect(await findUser(root, processWatch)).toMatch(/can't be read: remove it/)

  // The next one who comes takes back what nobody else can, and nothing more.
  {
    await using mine = await leaseSet(root, 'rehearsal', processWatch)
    expect(mine).toBeDefined()
    expect(await leases()).not.toContain(left)
  }
  expect(await leases()).toEqual(['.in-use-elsewhere.json'])
})
