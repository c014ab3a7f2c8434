import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakSet, isNamedBy, recipes } from '../../fixtures/break.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acceptance-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const sets = await Promise.all(
  ['edupath', 'chakai'].map(async (project) => {
    const names = await readdir(join(fixtures, project, 'backups'))
    return names.filter((name) => /^\d{4}-/.test(name)).map((name) => [project, name] as const)
  }),
)

describe('a recorded set', () => {
  it.each(sets.flat())('%s %s is GO', async (project, name) => {
    const rehearsed = await rehearseSet(project, { backup: join(fixtures, project, 'backups', name) })
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict).toMatchObject({ answer: 'GO', exitCode: 0 })
    expect(rehearsed.record.tables.length).toBeGreaterThan(10)
  })
})

const backups = join(fixtures, 'edupath/backups')
const sources = {
  pg_dump: join(backups, '2026-11-01-pg15'),
  'supabase-cli': join(backups, '2026-11-15-supabase-cli'),
}
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

describe('a damaged set, sealed again', () => {
  it.each(recipes.map((recipe) => [recipe.id, recipe.description, recipe] as const))(
    '%s: %s',
    async (id, _, recipe) => {
      const backup = join(folder, `sealed-${id}`)
      const canary = join(folder, `${id}-canary`)
      await breakSet(sources[recipe.set], backup, recipe, { reseal: true, canary })
      const rehearsed = await rehearseSet('edupath', { backup })
      const named = rehearsed.record.findings.filter((finding) => isNamedBy(recipe, finding))
      expect(named, `nothing names it; red: ${redOf(rehearsed).join('\n')}`).not.toEqual([])
      expect(rehearsed.record.verdict.exitCode).toBe(recipe.notice ? 0 : 1)
      expect(await exists(canary)).toBe(false)
    },
  )
})

describe('a damaged set, with the digests of the good one', () => {
  it.each(['row-deleted', 'value-changed', 'policy-removed'])('%s: file and object are named', async (id) => {
    const recipe = recipes.find((candidate) => candidate.id === id)
    if (!recipe) throw new Error(`no recipe ${id}`)
    const backup = join(folder, `unsealed-${id}`)
    await breakSet(sources[recipe.set], backup, recipe, { reseal: false })
    const { record } = await rehearseSet('edupath', { backup })
    expect(record.verdict.answer).toBe('NO-GO')
    const red = record.findings.filter(({ status, notice }) => status === 'differs' && !notice)
    expect(red.map(({ check, object }) => `${check} ${object}`)).toContain('artefacts full_database_backup.sql')
    expect(red.some((finding) => isNamedBy(recipe, finding))).toBe(true)
  })
})
