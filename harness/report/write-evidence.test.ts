import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRecord } from './render-json.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { writeEvidence } from './write-evidence.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-evidence-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('writes every file, for the owner only, and nothing else', async () => {
  const out = join(folder, 'runs', 'one')
  const paths = await writeEvidence(sampleGo(), '{"kind":"rehearsal-facts"}\n', out)
  expect(paths.map((path) => basename(path))).toEqual([
    'facts.json',
    'backup-log.md',
    'junit.xml',
    'report.html',
    'verdict.json',
  ])
  expect((await readdir(out)).sort()).toEqual(paths.map((path) => basename(path)).sort())
  expect((await stat(out)).mode & 0o777).toBe(0o700)
  const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o777))
  expect(new Set(modes)).toEqual(new Set([0o600]))
  expect(readRecord(await readFile(join(out, 'verdict.json'), 'utf8'))).toEqual(sampleGo())
})

test('writes no facts where nothing was observed', async () => {
  const paths = await writeEvidence(sampleNoGo(), null, join(folder, 'x'))
  expect(paths.map((path) => basename(path))).not.toContain('facts.json')
})

test('names the folder when it can’t be written', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await chmod(file, 0o400)
  await expect(writeEvidence(sampleGo(), null, join(file, 'out'))).rejects.toMatchObject({
    code: 'E_EVIDENCE_WRITE',
    message: `cannot create ${join(file, 'out')}`,
  })
})
