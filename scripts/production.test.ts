import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rehearse, startRehearse } from './testing/command.ts'
import { descendantsOf } from './testing/processes.ts'
import { Production } from './testing/production.ts'
import { Project } from './testing/project.ts'
import { smallDump } from './testing/small-dump.ts'

const canary = 'c4nary-passw0rd'

let production: Production
beforeAll(async () => {
  production = await Production.start()
  const { session } = production
  await session.query('create role reader login')
  await session.query('grant pg_read_all_data to reader')
  await session.query('create table public.item (id integer primary key, name text)')
  await session.query("alter role reader set log_statement = 'all'")
})
afterAll(async () => production[Symbol.asyncDispose]())

let project: Project
beforeEach(async () => {
  project = await Project.empty()
  await project.write('dump.sql', smallDump())
  await project.write('rehearsal.config.ts', "export default { project: 'shop', backup: { path: './dump.sql' } }\n")
})
afterEach(async () => project[Symbol.asyncDispose]())

const args = ['run', '--production', 'env:PRODUCTION_URL', '--schemas', 'public']

async function fill(rows: number): Promise<void> {
  await production.session.query('truncate public.item')
  await production.session.query(
    `insert into public.item select n, 'x' from pg_catalog.generate_series(1, ${rows}) as n`,
  )
}

const env = (): Record<string, string> => ({ PRODUCTION_URL: production.url('reader', canary) })

describe('live production', () => {
  test.each([
    { rows: 2, tolerance: '0', code: 0, answer: 'GO' },
    { rows: 3, tolerance: '40%', code: 0, answer: 'GO' },
    { rows: 3, tolerance: '10%', code: 1, answer: 'NO-GO' },
    { rows: 0, tolerance: '10%', code: 1, answer: 'NO-GO' },
  ])('with $rows rows, the dump with 2, tolerance $tolerance: $answer', async ({ rows, tolerance, code, answer }) => {
    await fill(rows)
    const ended = await rehearse([...args, '--tolerance', tolerance], { cwd: project.folder, env: env() })
    expect([ended.code, ended.stdout]).toEqual([code, expect.stringContaining(`   ${answer}   `)])
    const { verdict, baseline, findings } = await project.record()
    expect(baseline.source).toBe('live')
    const red = verdict.reasons.filter(() => answer === 'NO-GO').map(({ check }) => check)
    expect(red).toEqual(answer === 'NO-GO' ? ['row counts'] : [])
    const counted = findings.find(({ check }) => check === 'row counts')
    expect(counted?.message).toContain(rows === 2 ? '2 rows' : answer === 'GO' ? 'drift' : 'more than the tolerance')
  })

  test('is only ever read: each statement in a read-only transaction, none of them of another kind', async () => {
    await fill(2)
    const before = (await production.statements()).length
    expect(await rehearse(args, { cwd: project.folder, env: env() })).toMatchObject({ code: 0 })
    const sent = (await production.statements()).slice(before)
    const kindOf = (text: string): string =>
      text
        .trim()
        .split(/[\s;]+/)[0]
        ?.toUpperCase() ?? ''
    expect(sent.length).toBeGreaterThan(20)
    const allowed = ['SELECT', 'WITH', 'SHOW', 'SET', 'BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']
    expect(sent.filter((text) => !allowed.includes(kindOf(text)))).toEqual([])
    const begins = sent.filter((text) => kindOf(text) === 'BEGIN')
    expect(begins.length).toBeGreaterThan(0)
    expect(begins.filter((text) => !/read only/i.test(text))).toEqual([])
    expect(sent.filter((text) => /read write|read_only *(?:=|to) *'?(?:off|false|0)/i.test(text))).toEqual([])
    expect(sent.filter((text) => /\b(?:for update|for share|nextval|setval|pg_advisory|dblink)\b/i.test(text))).toEqual(
      [],
    )
  })

  test('out of reach leaves the answer open', async () => {
    const url = `postgresql://reader:${canary}@localhost/shop?host=${project.folder}`
    const ended = await rehearse(['--verbose', ...args], { cwd: project.folder, env: { PRODUCTION_URL: url } })
    expect([ended.code, ended.stdout]).toEqual([2, expect.stringContaining('UNDECIDED')])
    expect(ended.stdout + ended.stderr).not.toContain(canary)
  })

  test.each([`postgresql://u:${canary}@localhost:6543/shop`, `garbage ${canary}`])(
    'behind a transaction-mode pooler, or written as no URL, is refused (%#)',
    async (url) => {
      const ended = await rehearse(['--verbose', ...args], { cwd: project.folder, env: { PRODUCTION_URL: url } })
      expect(ended.code).toBe(64)
      expect(ended.stderr).toMatch(/E_PRODUCTION_POOLER|E_USAGE/)
      expect(ended.stdout + ended.stderr).not.toContain(canary)
      expect(readdirSync(project.folder)).not.toContain('.rehearsal')
    },
  )
})

describe.runIf(process.platform === 'linux')("production's password", () => {
  test('is in no argument, in no environment but ours, in no output and in no file', async () => {
    await fill(2)
    await project.write(
      'specs/mine.spec.ts',
      `import { expect, test } from 'pg-rehearsal/vitest'
      test('reads production', async ({ production }) => {
        expect(await production?.countRows('item')).toBe(2)
        await expect(production?.query('delete from public.item')).rejects.toThrow('read-only')
        await new Promise((done) => setTimeout(done, 200))
      })`,
    )
    const command = startRehearse(['--verbose', ...args], { cwd: project.folder, env: env() })
    const seen = new Map<string, string>()
    const sampler = setInterval(() => {
      for (const { pid, startTime, command: line, environment } of descendantsOf(command.pid)) {
        // A copy of ourselves that is about to become another program still looks like us.
        if (!line.includes('bin/rehearse.mjs')) seen.set(`${pid} ${startTime} ${line}`, `${line}\n${environment}`)
      }
    }, 20)
    const ended = await command.ended
    clearInterval(sampler)
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('   GO   ')])
    const lines = [...seen.values()]
    expect(lines.filter((text) => text.includes('specs-child')).length).toBeGreaterThan(0)
    expect(lines.filter((text) => text.includes('postgres')).length).toBeGreaterThan(0)
    expect(lines.filter((text) => text.includes(canary))).toEqual([])
    expect(ended.stdout + ended.stderr).not.toContain(canary)
    const files = readdirSync(project.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    expect(files.map(({ name }) => name)).toContain('verdict.json')
    const holding = files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(canary))
    expect(holding.map(({ name }) => name)).toEqual([])
  })
})
