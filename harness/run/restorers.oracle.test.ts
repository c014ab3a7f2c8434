import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakSet, recipes } from '../../fixtures/break.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'
import type { Rehearsed } from './rehearse.ts'
import { clientFolders, findStockClients } from '../restore/index.ts'
import { isRequired } from '../core/testing/is-required.ts'

const environment = { REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'], PATH: process.env['PATH'] }
const found = await findFolder(17)
const title =
  found === null && !isRequired('oracles')
    ? 'skipped: no psql and pg_restore 17 (install postgresql-client-17, or set REHEARSAL_CLIENTS)'
    : 'by the clients of PostgreSQL 17'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restorers-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const sets = [
  ['edupath', '2026-11-01-pg15'],
  ['edupath', '2026-11-08-pg17'],
  ['edupath', '2026-11-15-supabase-cli'],
  ['chakai', '2026-11-08-pg17'],
  ['chakai', '2026-11-15-pg15-inserts'],
] as const
const backupOf = (project: string, name: string): string => join(fixtures, project, 'backups', name)
const newest = backupOf('edupath', '2026-11-08-pg17')

describe.skipIf(found === null && !isRequired('oracles'))(`a rehearsal ${title}`, () => {
  it.each(sets)('is GO where the stock clients restore: %s %s', async (project, name) => {
    const rehearsed = await rehearseSet(
      project,
      { backup: backupOf(project, name), restorer: 'stock' },
      { environment },
    )
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(rehearsed.record.restore?.restorer).toMatch(/^psql 1[5-9]\.\d+$/)
  })

  it.each(sets)('is GO where both restore, for they give the same database: %s %s', async (project, name) => {
    const rehearsed = await rehearseSet(project, { backup: backupOf(project, name), restorer: 'both' }, { environment })
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(rehearsed.record.restore?.restorer).toMatch(/^ours, then psql 1[5-9]\.\d+$/)
    expect(rehearsed.record.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^our restore and that of psql .* give the same database$/),
    )
  })

  it.each(['no-roles', 'value-changed', 'row-deleted', 'cut-at-line-end'])(
    'is NO-GO by the stock clients too where the set is damaged: %s',
    async (id) => {
      const recipe = recipes.find((candidate) => candidate.id === id)
      if (!recipe) throw new Error(`no recipe ${id}`)
      const backup = join(folder, id)
      await breakSet(backupOf('edupath', '2026-11-01-pg15'), backup, recipe, { reseal: true })
      const { record } = await rehearseSet('edupath', { backup, restorer: 'stock' }, { environment })
      expect(record.verdict.answer).toBe('NO-GO')
    },
  )

  it('is NO-GO where the clients give another database than we do', async () => {
    const { record } = await rehearseSet(
      'edupath',
      { backup: newest, restorer: 'both' },
      // Restores as psql does, and changes a table at the end.
      { environment: await clients(`exec '${found}/psql' "$@" -c '${change}'`) },
    )
    expect(record.verdict.answer).toBe('NO-GO')
    const named = record.findings.filter(({ message }) =>
      message.startsWith('our restore and that of psql 17.99 differ: '),
    )
    expect(named.map(({ check, object }) => `${check} ${object}`)).toContain('restore auth.users')
  })

  it('is NO-GO where the client complains of the dump', async () => {
    const complaint = `echo 'psql:<stdin>:7: error: invalid command \\x' >&2`
    const { record } = await rehearseSet(
      'edupath',
      { backup: newest, restorer: 'stock' },
      { environment: await clients(`${complaint}; exec '${found}/psql' "$@"`) },
    )
    expect(record.verdict.answer).toBe('NO-GO')
    expect(record.findings.map(({ message }) => message)).toContainEqual(expect.stringContaining('invalid command'))
  })

  it.each([
    ['crashes', 'exit 139'],
    ['ends of itself', 'exit 1'],
    ['says that it is done and is not', 'exit 0'],
  ])('is never GO where the client %s', async (_, script) => {
    const rehearsed = await rehearseSet(
      'edupath',
      { backup: newest, restorer: 'stock' },
      { environment: await clients(script) },
    )
    expect(rehearsed.record.verdict.answer).not.toBe('GO')
    const isOpen = script !== 'exit 0'
    expect(rehearsed.record.verdict.answer).toBe(isOpen ? 'UNDECIDED' : 'NO-GO')
  })
})

it('is refused below the minor with the known fixes, before anything is started', async () => {
  const steps: string[] = []
  const progress = { begin: (step: string) => void steps.push(step), advance() {}, end() {} }
  const options = { environment: await clients('exit 0', '17.3'), progress }
  const rehearsing: Promise<Rehearsed> = rehearseSet('edupath', { backup: newest, restorer: 'stock' }, options)
  await expect(rehearsing).rejects.toMatchObject({ code: 'E_CLIENT_VULNERABLE', kind: 'refused' })
  expect(steps).not.toContain('restore')
})

const change =
  'ALTER TABLE IF EXISTS public.profiles ADD COLUMN extra integer; ALTER TABLE IF EXISTS auth.users ADD COLUMN extra integer'

/** An environment whose only clients of 17 do what the script says; of one version, with older ones nowhere else. */
async function clients(script: string, version = '17.99'): Promise<NodeJS.ProcessEnv> {
  const named = await mkdtemp(join(folder, 'clients-'))
  await chmod(named, 0o755)
  const bin = join(named, '17', 'bin')
  await mkdir(bin, { recursive: true })
  for (const program of ['psql', 'pg_restore']) {
    const text = `#!/bin/sh\n[ "$1" = --version ] && { echo '${program} (PostgreSQL) ${version}'; exit 0; }\n${script}\n`
    await writeFile(join(bin, program), text)
    await chmod(join(bin, program), 0o755)
  }
  return { REHEARSAL_CLIENTS: named, PATH: '/nowhere' }
}

async function findFolder(major: number): Promise<string | null> {
  try {
    const { folder, version } = await findStockClients(
      { serverMajor: major, oldestMajor: 0 },
      await clientFolders(environment),
    )
    return version.major === major ? folder : null
  } catch {
    // None are here: the title says so.
    return null
  }
}
