import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakSet, recipes } from '../../fixtures/break.ts'
import { containerEngine } from '../engine/index.ts'
import { fixtures, rehearseSet } from './testing/rehearse-set.ts'

const lacks = await containerEngine().lacks({ major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' })
const missing = lacks.find(({ fatal }) => fatal)
const isRequired = (process.env['REHEARSAL_REQUIRE'] ?? '').split(',').includes('container')
const title = missing && !isRequired ? `both engines (not run: no ${missing.what})` : 'both engines'

const source = join(fixtures, 'edupath/backups/2026-11-01-pg15')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.skipIf(missing && !isRequired)(title, () => {
  it('call the recorded set GO', async () => {
    expect(await judgements(source)).toEqual({ answer: 'GO', red: [] })
  })

  it.each(['row-deleted', 'value-changed', 'policy-removed', 'sequence-set-back', 'cut-at-line-end', 'no-roles'])(
    'say the same of %s',
    async (id) => {
      const recipe = recipes.find((candidate) => candidate.id === id)
      if (!recipe) throw new Error(`no recipe ${id}`)
      const backup = join(folder, id)
      await breakSet(source, backup, recipe, { reseal: true })
      const { answer, red } = await judgements(backup)
      expect(answer).toBe('NO-GO')
      expect(red).not.toEqual([])
    },
  )
})

/** What both engines say, having checked that it is the same. */
async function judgements(backup: string): Promise<{ readonly answer: string; readonly red: readonly string[] }> {
  const [embedded, container] = [await judge(backup, 'embedded'), await judge(backup, 'container')]
  expect(container).toEqual(embedded)
  return embedded
}

async function judge(
  backup: string,
  engine: string,
): Promise<{ readonly answer: string; readonly red: readonly string[] }> {
  const { record } = await rehearseSet('edupath', { backup, engine })
  expect(record.engine?.kind).toBe(engine)
  const red = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
  return {
    answer: record.verdict.answer,
    red: red.map(({ check, status, object }) => `${check} ${status} ${object}`).sort(),
  }
}
