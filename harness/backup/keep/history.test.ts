import { spawn } from 'node:child_process'
import { appendFile, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { appendHistory, readHistory } from './history.ts'
import { sampleEntry, SetFolder } from './testing/sets.ts'

const digest = `manifest:${'a'.repeat(64)}`

test('what was appended is read, in its order; where there is no file there is no entry', async () => {
  await using sets = await SetFolder.create()
  expect(await readHistory(sets.history)).toEqual({ entries: [], unread: 0 })
  await appendHistory(sets.history, sampleEntry({ digest, id: 'a' }))
  await appendHistory(sets.history, sampleEntry({ digest, id: 'b', answer: 'NO-GO' }))
  const { entries } = await readHistory(sets.history)
  expect(entries).toEqual([sampleEntry({ digest, id: 'a' }), sampleEntry({ digest, id: 'b', answer: 'NO-GO' })])
  expect((await stat(sets.history)).mode & 0o777).toBe(0o600)
})

test('rehearsals that end at the same moment, in several processes, lose no line and mix none', async () => {
  await using sets = await SetFolder.create()
  const script = `
    import { appendHistory } from ${JSON.stringify(fileURLToPath(new URL('history.ts', import.meta.url)))}
    const entry = ${JSON.stringify(sampleEntry({ digest, reason: 'x'.repeat(1_500) }))}
    for (let i = 0; i < 40; i += 1) await appendHistory(process.argv[1], { ...entry, id: process.argv[2] + '-' + i })
  `
  const children = ['a', 'b', 'c', 'd'].map((name) =>
    spawn(process.execPath, ['--input-type=module', '-e', script, sets.history, name], { stdio: 'inherit' }),
  )
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number))
  expect(codes).toEqual([0, 0, 0, 0])
  const { entries, unread } = await readHistory(sets.history)
  expect(unread).toBe(0)
  expect(new Set(entries.map((entry) => (entry.kind === 'rehearsal' ? entry.id : ''))).size).toBe(160)
})

test('a line that a crash tore spoils neither the one before nor the next', async () => {
  await using sets = await SetFolder.create()
  await appendHistory(sets.history, sampleEntry({ digest, id: 'before' }))
  const whole = await readFile(sets.history, 'utf8')
  await appendFile(sets.history, whole.slice(0, 100))
  await appendHistory(sets.history, sampleEntry({ digest, id: 'after' }))
  const { entries, unread } = await readHistory(sets.history)
  expect(entries.map((entry) => (entry.kind === 'rehearsal' ? entry.id : ''))).toEqual(['before', 'after'])
  expect(unread).toBe(1)
})

test.each([
  ['another answer', { answer: 'FINE' }],
  ['a digest that is none', { set: { ...sampleEntry({ digest }).set, digest: 'manifest:../../x' } }],
  ['a field more', { trusted: true }],
  ['a time that is none', { finishedAt: 'yesterday' }],
])('an entry with %s is none', async (_, change) => {
  await using sets = await SetFolder.create()
  await writeFile(sets.history, `${JSON.stringify({ ...sampleEntry({ digest }), ...change })}\n[1]\nnull\n`)
  expect(await readHistory(sets.history)).toEqual({ entries: [], unread: 3 })
})

test('what is no file is neither read nor written to', async () => {
  await using sets = await SetFolder.create()
  await mkdir(sets.history)
  await expect(readHistory(sets.history)).rejects.toMatchObject({ code: 'E_FILE_UNREADABLE' })
  await expect(appendHistory(sets.history, sampleEntry({ digest }))).rejects.toMatchObject({ code: 'E_EVIDENCE_WRITE' })
  const device = join(sets.root, 'device')
  await symlink('/dev/full', device)
  await expect(appendHistory(device, sampleEntry({ digest }))).rejects.toMatchObject({ code: 'E_EVIDENCE_WRITE' })
})
