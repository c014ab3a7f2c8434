import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { copySet } from '../../fixtures/breaking/copy-set.ts'
import { sealAgain } from '../../fixtures/breaking/break-set.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-lists-'))
  await copySet(join(fixtures, 'edupath', 'backups', '2026-11-15-supabase-cli'), folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it("names rows of the platform's own lists in a dump of the CLI: a project has them, and refuses them", async () => {
  const path = join(folder, 'data.sql')
  const copy = 'COPY "auth"."schema_migrations" ("version") FROM stdin;\n20171026211738\n\\.\n\n\n'
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace(/^COPY "auth"\./m, (found) => copy + found),
  )
  await sealAgain(folder)
  const rehearsed = await rehearseSet('edupath', { backup: folder })
  expect(rehearsed.record.verdict.answer).toBe('NO-GO')
  expect(redOf(rehearsed).join()).toContain('auth.schema_migrations')
})
