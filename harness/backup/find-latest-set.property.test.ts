import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault, fixedClock } from '../core/index.ts'
import { findLatestSet, sealSet } from './index.ts'

const now = new Date('2025-10-22T12:00:00Z')
const minute = 60_000

type State = 'whole' | 'partial' | 'unfinished' | 'damaged' | 'sidecars'

interface Planned {
  readonly minutesAgo: number
  readonly form: 'sealed' | 'folder' | 'loose'
  readonly state: State
}

const planned = fc.record<Planned>({
  /* Many in the future, none within the skew that is allowed; many close together. */
  minutesAgo: fc
    .oneof(fc.integer({ min: -20_000, max: 40_000 }), fc.integer({ min: -30, max: 60 }))
    .filter((value) => value > 1 || value < -6),
  form: fc.constantFrom('sealed', 'folder', 'loose'),
  state: fc.constantFrom('whole', 'whole', 'whole', 'partial', 'unfinished', 'damaged', 'sidecars'),
})

/** What the name, the form and the state of a set make of it: may it be taken? */
function mayBeTaken({ form, state, minutesAgo }: Planned): boolean {
  if (minutesAgo < 0) return false
  return state === 'whole' || (form !== 'sealed' && (state === 'partial' || state === 'damaged'))
}

async function make(folder: string, plan: Planned): Promise<string> {
  const at = new Date(now.getTime() - plan.minutesAgo * minute)
  const stamp = `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  const isFolder = plan.form !== 'loose'
  const root = isFolder ? join(folder, `set-${stamp}`) : folder
  const path = (name: string) => join(root, isFolder ? name : name.replace('full', `loose-${stamp}`))
  const put = async (name: string) => {
    await writeFile(path(name), `-- ${name}\n`)
    /* The disk's times say the opposite of the names. */
    const shown = new Date(now.getTime() - (50_000 - plan.minutesAgo) * minute)
    await utimes(path(name), shown, shown)
  }
  await mkdir(root, { recursive: true })
  for (const sidecar of ['sha256', 'md5', 'sig', 'json', 'log', 'part', 'tmp', 'partial', 'crdownload']) {
    if (plan.state === 'sidecars') await put(`full.sql.${sidecar}`)
  }
  if (plan.state === 'sidecars') return path('full.sql')
  await put('full.sql')
  if (plan.state === 'unfinished') {
    if (isFolder) await put('roles.sql.part')
    else {
      await rm(path('full.sql'))
      await put('full.sql.part')
    }
  }
  if (plan.form === 'sealed') {
    await writeFile(join(root, 'roles.sql'), '')
    if (plan.state === 'unfinished') await rm(join(root, 'full.sql'))
    else await sealSet(root, { createdAt: at })
    if (plan.state === 'partial') await rm(join(root, 'full.sql'))
    if (plan.state === 'damaged') await writeFile(join(root, 'manifest.json'), '{')
  }
  return isFolder ? root : path('full.sql')
}

/** No set to take: the backup's fault, and nothing else. */
function backupFault(error: unknown): null {
  if (error instanceof Fault && error.kind === 'backup') return null
  throw error
}

test('of any folder of sets the newest whole one is taken, never a partial, future or unfinished one, never a sidecar', async () => {
  const answers = { taken: 0, none: 0 }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(planned, { maxLength: 6, selector: (plan) => plan.minutesAgo }), async (plans) => {
      const folder = await mkdtemp(join(tmpdir(), 'latest-'))
      try {
        for (const plan of plans) await make(folder, plan)
        const best = plans.filter(mayBeTaken).sort((a, b) => a.minutesAgo - b.minutesAgo)[0]
        const set = await findLatestSet(folder, fixedClock(now)).catch(backupFault)
        const taken = set === null ? null : (set.createdAt?.getTime() ?? 0)
        expect(taken).toBe(best ? now.getTime() - best.minutesAgo * minute : null)
        const isDamned = set?.problems.some(({ code, notice }) => code === 'E_BACKUP_FROM_FUTURE' && !notice) ?? true
        const future = plans.some((plan) => plan.minutesAgo < 0 && plan.state === 'whole')
        expect(isDamned || !future).toBe(true)
        answers[set ? 'taken' : 'none'] += 1
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 400 },
  )
  expect(answers.taken).toBeGreaterThan(100)
  expect(answers.none).toBeGreaterThan(10)
}, 120_000)
