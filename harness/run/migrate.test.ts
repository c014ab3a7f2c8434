import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig, type ConfigFlags } from '../config/index.ts'
import { asFault, silentProgress, systemClock, type Fault } from '../core/index.ts'
import { exitCodeOfRecord } from '../report/index.ts'
import { rehearse, type Rehearsed } from './rehearse.ts'
import { dumpWith } from './testing/rehearse-dump.ts'
import { onePassingSpec } from './testing/rehearse-set.ts'

const runSql = `
import pg from ${JSON.stringify(import.meta.resolve('pg'))}
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(process.argv[2])
await client.end()
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
  await writeFile(join(folder, 'run-sql.mjs'), runSql)
  await writeFile(join(folder, 'shop.sql'), dumpWith({}))
  await writeFile(join(folder, 'refused.sql'), dumpWith({ end: 'CREATE TABLE public.item (a integer);' }))
  await writeFile(join(folder, 'empty.sql'), '')
})
afterAll(async () => rm(folder, { recursive: true }))

interface Asked extends ConfigFlags {
  readonly environment?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

async function run({ environment = {}, signal = new AbortController().signal, ...flags }: Asked): Promise<Rehearsed> {
  return rehearse({
    config: await loadConfig({
      flags: { backup: 'shop.sql', parity: 'not-required', project: 'test', out: 'out', ...flags },
      env: environment,
      cwd: folder,
    }),
    clock: systemClock,
    progress: silentProgress,
    signal,
    environment,
    specRunner: onePassingSpec,
    toolVersion: 'test',
    keep: false,
  })
}

describe('a migration after the checks', () => {
  it('that goes through is GO beside the backup’s GO, and a step of the rehearsal', async () => {
    const { record } = await run({ migrate: 'node run-sql.mjs "delete from public.item where id = 1"' })
    expect([record.verdict.answer, record.migration?.answer, exitCodeOfRecord(record)]).toEqual(['GO', 'GO', 0])
    expect(record.migration?.changes?.losses.map(({ text }) => text)).toEqual([
      'public.item has 1 row fewer: 2 of 3 are left',
    ])
    expect(record.steps.map(({ step }) => step).slice(-2)).toEqual(['specs', 'migration'])
    // What was observed is the backup's, not the clone's.
    expect(record.tables).toMatchObject([{ table: 'public.item', restored: '3' }])
  })

  it('that fails is NO-GO by itself: the backup stays GO, the exit code is 1', async () => {
    const { record } = await run({ migrate: 'node run-sql.mjs "alter table public.nowhere add a integer"' })
    expect([record.verdict.answer, record.migration?.answer, exitCodeOfRecord(record)]).toEqual(['GO', 'NO-GO', 1])
    expect(await readFile(join(folder, 'out/migration.log'), 'utf8')).toContain('"public.nowhere" does not exist')
  })

  it('is run on a backup that is UNDECIDED, and does not make it more', async () => {
    const { record } = await run({ parity: 'required', migrate: 'node run-sql.mjs "select 1"' })
    expect([record.verdict.answer, record.migration?.answer, exitCodeOfRecord(record)]).toEqual(['UNDECIDED', 'GO', 2])
  })

  it.each([
    ['that is NO-GO', 'refused.sql', 'not checked: the backup is NO-GO'],
    ['of which nothing was restored', 'empty.sql', 'not checked: there was no restored database'],
  ])('is not run on a backup %s', async (_, backup, reason) => {
    const { record } = await run({ backup, migrate: 'touch ran' })
    expect(record.verdict.answer).toBe('NO-GO')
    expect(record.migration).toMatchObject({ answer: 'UNDECIDED', run: null, reason: expect.stringContaining(reason) })
    await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT')
    expect(exitCodeOfRecord(record)).toBe(1)
  })

  it('that is interrupted leaves the backup its answer', async () => {
    const controller = new AbortController()
    const running = run({ signal: controller.signal, migrate: 'touch began; sleep 60' })
    for (;;) {
      const began = await readFile(join(folder, 'began')).catch(() => null)
      if (began) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    controller.abort(new Error('interrupted'))
    const { record } = await running
    expect([record.verdict.answer, record.migration?.answer, exitCodeOfRecord(record)]).toEqual(['GO', 'UNDECIDED', 2])
  })

  it('gets the variables that are listed', async () => {
    const { record } = await run({
      migrate: 'test "$STAGE$OTHER" = rehearsal && node run-sql.mjs "select 1"',
      migrateEnv: 'STAGE',
      environment: { STAGE: 'rehearsal', OTHER: 'x' },
    })
    expect(record.migration?.answer).toBe('GO')
  })
})

describe('a migration is refused before anything is started', () => {
  const production = 'postgresql://reader:pw@db.example.test:5432/shop'
  it.each([
    ['with a variable that is not set', { migrateEnv: 'NOWHERE' }, {}, 'E_ENV_MISSING'],
    ['with one that is ours', { migrateEnv: 'DATABASE_URL' }, { DATABASE_URL: 'x' }, 'E_CONFIG_INVALID'],
    [
      'with production by name',
      { migrateEnv: 'PROD', production: 'env:PROD' },
      { PROD: production },
      'E_TARGET_IS_PRODUCTION',
    ],
    [
      'with production by value',
      { migrateEnv: 'A', production: 'env:B' },
      { A: production, B: production },
      'E_TARGET_IS_PRODUCTION',
    ],
  ])('%s', async (_, flags, environment, code) => {
    const fault: Fault = await run({ migrate: 'touch ran', ...flags, environment }).then(
      () => {
        throw new Error('it was not refused')
      },
      (thrown: unknown) => asFault(thrown),
    )
    expect([fault.code, fault.kind]).toEqual([code, 'refused'])
    expect(fault.message).not.toContain('pw')
  })
})
