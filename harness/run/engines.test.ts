import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakSet, recipes } from '../../fixtures/break.ts'
import { containerEngine } from '../engine/index.ts'
import { fixtures, rehearseSet } from './testing/rehearse-set.ts'
import { isRequired } from '../core/testing/is-required.ts'

const shaped = 'rehearsal/supabase-shaped:15'

/** Why a set of that major can't be rehearsed in that image here; null when it can. */
async function obstacle(image: string, major: number): Promise<string | null> {
  const need = { major, extensions: [], plainBytes: 0, superuser: 'postgres' }
  return (await containerEngine({ image }).lacks(need)).find(({ fatal }) => fatal)?.what ?? null
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

interface Judgement {
  readonly answer: string
  /** All that isn't well, notices too, each as one line. */
  readonly findings: readonly string[]
  readonly counts: readonly string[]
}

describe.each([
  ['edupath/backups/2026-11-01-pg15', 'postgres:15', 15],
  ['edupath/backups/2026-11-08-pg17', 'postgres:17', 17],
  ['chakai/backups/2026-11-08-pg17', 'postgres:17', 17],
  ['edupath/backups/2026-11-01-pg15', shaped, 15],
  ['chakai/backups/2026-11-01-pg15', shaped, 15],
])('%s, embedded and in %s', async (set, image, major) => {
  const missing = await obstacle(image, major)
  const title = missing && !isRequired('container') ? `(not run: no ${missing})` : ''

  it.skipIf(missing && !isRequired('container'))(
    `is GO, finding by finding and count by count the same ${title}`,
    async () => {
      const { answer, findings, counts } = await sameOnBoth(join(fixtures, set), image)
      expect(answer).toBe('GO')
      expect(findings.filter((line) => !line.includes(' notice '))).toEqual([])
      expect(counts.length).toBeGreaterThan(10)
    },
  )
})

const damages = ['row-deleted', 'value-changed', 'policy-removed', 'sequence-set-back', 'cut-at-line-end', 'no-roles']

describe.each([
  { image: 'postgres:15', ids: damages },
  { image: shaped, ids: ['row-deleted', 'no-roles'] },
])('a damaged set, embedded and in $image', async ({ image, ids }) => {
  const missing = await obstacle(image, 15)
  const title = missing && !isRequired('container') ? `(not run: no ${missing})` : ''

  it.skipIf(missing && !isRequired('container')).each(ids)(`is NO-GO for the same reasons: %s ${title}`, async (id) => {
    const { answer, findings } = await sameOnBoth(await damagedSet(id), image)
    expect(answer).toBe('NO-GO')
    expect(findings.filter((line) => !line.includes(' notice '))).not.toEqual([])
  })
})

it("a platform's own superuser changes nothing either", async ({ skip }) => {
  const missing = await obstacle(shaped, 15)
  if (missing && !isRequired('container')) skip(`no ${missing}`)
  const backup = join(fixtures, 'edupath/backups/2026-11-01-pg15')
  const [container, embedded] = await Promise.all([
    judge(backup, { engine: 'container', image: shaped, superuser: 'supabase_admin' }),
    judge(backup, { engine: 'embedded', superuser: 'supabase_admin' }),
  ])
  expect(container).toEqual(embedded)
  expect(container.answer).toBe('GO')
})

/** One for all images. */
async function damagedSet(id: string): Promise<string> {
  const recipe = recipes.find((candidate) => candidate.id === id)
  if (!recipe) throw new Error(`no recipe ${id}`)
  const backup = join(folder, id)
  if (!existsSync(backup)) {
    await breakSet(join(fixtures, 'edupath/backups/2026-11-01-pg15'), backup, recipe, { reseal: true })
  }
  return backup
}

/** By the set, for a set of several images is judged once. */
const judgedEmbedded = new Map<string, Promise<Judgement>>()

/** What both engines say, having checked that it is the same. */
async function sameOnBoth(backup: string, image: string): Promise<Judgement> {
  const judging = judgedEmbedded.get(backup) ?? judge(backup, { engine: 'embedded' })
  judgedEmbedded.set(backup, judging)
  const [embedded, contained] = await Promise.all([judging, judge(backup, { engine: 'container', image })])
  expect(contained).toEqual(embedded)
  return embedded
}

async function judge(
  backup: string,
  engine: { readonly engine: string; readonly image?: string; readonly superuser?: string },
): Promise<Judgement> {
  const project = backup.includes('chakai') ? 'chakai' : 'edupath'
  const { record } = await rehearseSet(project, { backup, ...engine })
  expect(record.engine?.kind).toBe(engine.engine)
  const unwell = record.findings.filter(({ status, check }) => status !== 'same' && check !== 'engine')
  return {
    answer: record.verdict.answer,
    findings: unwell
      .map(({ check, status, notice, object, message }) =>
        [check, status, notice ? 'notice' : 'red', object, message].join(' '),
      )
      .sort(),
    counts: record.tables.map((table) => JSON.stringify(table)),
  }
}
