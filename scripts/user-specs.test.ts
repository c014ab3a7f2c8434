import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../harness/config/index.ts'
import { defaultCacheFolder, silentProgress, systemClock } from '../harness/core/index.ts'
import { exitCodeOfRecord, renderTerminal, type RehearsalRecord } from '../harness/report/index.ts'
import { rehearse as rehearseHere } from '../harness/run/index.ts'
import { vitestSpecRunner } from '../harness/vitest/launch.ts'
import { packageVersion } from './package-version.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { look } from './testing/processes.ts'
import { Project } from './testing/project.ts'

const header = `import { describe, expect, test } from 'pg-rehearsal/vitest'\n`

describe('a spec of the user, beside a recorded backup', () => {
  test('that holds is part of the GO; one that does not is a NO-GO by its name', async () => {
    await using project = await Project.recorded('a user (1) [b] {c}, ')
    await project.write(
      'specs/mine.spec.ts',
      `${header}test('has its users', async ({ restored, baseline, facts, backup, production, findings }) => {
        await expect(restored).toHoldRows('users', 240)
        expect([baseline?.tables.length, production, backup?.name]).toEqual([facts?.tables.length, null, '2026-11-08-pg17'])
        expect(findings.length).toBeGreaterThan(50)
      })`,
    )
    const passed = await rehearse(['run', '--backup', 'backups'], { cwd: project.folder })
    expect(passed.stdout).toContain('   GO   ')
    expect(passed.code).toBe(0)
    const { specs } = await project.record()
    expect(specs.find(({ file }) => file === 'specs/mine.spec.ts')).toMatchObject({ state: 'passed' })

    await project.write(
      'specs/mine.spec.ts',
      `${header}test('has its users', async ({ restored }) => expect(await restored.countRows('users')).toBe(7))`,
    )
    const failed = await rehearse(['run', '--backup', 'backups'], { cwd: project.folder })
    expect(failed.stdout).toContain('NO-GO')
    expect(failed.stdout).toContain('has its users')
    expect(failed.code).toBe(1)
    // Nothing of the test runner's is left in the project (`.local` is its home's, which is the same folder here).
    const left = readdirSync(project.folder).filter((name) => name !== '.local')
    expect(left.sort()).toEqual(['.rehearsal', 'backups', 'specs'])
  })
})

describe('what a spec does', () => {
  let project: Project
  beforeAll(async () => {
    project = await Project.small()
    // As the command does for the process of the specs.
    vi.stubEnv('NODE_COMPILE_CACHE', join(defaultCacheFolder(), 'compiled'))
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await project[Symbol.asyncDispose]()
  })

  async function runWith(spec: string): Promise<Ended & { readonly record: RehearsalRecord }> {
    await project.write('specs/mine.spec.ts', spec)
    const env = { CANARY: 's3cr3t-canary', PGPASSWORD: 's3cr3t-canary' }
    const ended = await rehearse(['run'], { cwd: project.folder, env })
    return { ...ended, record: await project.record() }
  }

  interface Answered {
    readonly code: number
    readonly text: string
    readonly record: RehearsalRecord
  }

  /** As the command answers, without a process of its own to wait for; the spec has its own all the same. */
  async function answerTo(spec: string, specs?: string): Promise<Answered> {
    await project.write('specs/mine.spec.ts', spec)
    const { record } = await rehearseHere({
      config: await loadConfig({ flags: specs === undefined ? {} : { specs }, env: {}, cwd: project.folder }),
      keep: false,
      acceptVulnerableClient: false,
      clock: systemClock,
      progress: silentProgress,
      signal: new AbortController().signal,
      environment: {},
      specRunner: vitestSpecRunner,
      toolVersion: packageVersion(),
    })
    const text = renderTerminal(record, { color: false, width: 100, evidence: '.rehearsal/latest' })
    return { code: exitCodeOfRecord(record), text, record }
  }

  test('is GO where it holds', async () => {
    const holds = `${header}test('two', ({ facts }) => expect(facts?.tables[0]?.rows).toBe('2'))`
    const { code, record } = await runWith(holds)
    expect([record.verdict.reasons.map(({ text }) => text), code]).toEqual([expect.anything(), 0])
    // So does it where no process is waited for.
    expect(await answerTo(holds)).toMatchObject({ code: 0, text: expect.stringContaining('   GO   ') })
  })

  test.each([
    { what: 'is skipped', code: 2, spec: `test('a', () => {}); test.skip('mine', () => {})` },
    { what: 'skips itself', code: 2, spec: `test('mine', ({ skip }) => skip())` },
    { what: 'is in a skipped suite', code: 2, spec: `describe.skip('s', () => { test('mine', () => {}) })` },
    { what: 'is yet to be written', code: 2, spec: `test('a', () => {}); test.todo('mine')` },
    { what: 'is the only one', code: 1, spec: `test('a', () => {}); test.only('mine', () => {})` },
    { what: 'does not compile', code: 2, spec: `test('mine', () => { )` },
    { what: 'throws while it is loaded', code: 2, spec: `throw new Error('mine')` },
    { what: 'imports what is not there', code: 2, spec: `import 'mine'; test('a', () => {})` },
    { what: 'holds no test', code: 2, spec: `` },
    { what: 'holds an empty suite', code: 2, spec: `describe('mine', () => {})` },
    { what: 'exits as if all were well', code: 1, spec: `test('mine', () => { process.exit(0) })` },
    { what: 'exits while it is loaded', code: 2, spec: `process.exit(0)` },
    { what: 'exits past the test runner', code: 2, spec: `test('mine', () => { process.reallyExit(0) })` },
    { what: 'kills its process', code: 2, spec: `test('mine', () => { process.kill(process.pid, 'SIGKILL') })` },
    { what: 'kills the test runner', code: 2, spec: `test('mine', () => { process.kill(process.ppid, 'SIGKILL') })` },
    {
      what: 'rejects where nobody waits',
      code: 2,
      spec: `test('mine', () => { void Promise.reject(new Error('x')) })`,
    },
    {
      what: 'does not wait for what fails',
      code: 2,
      spec: `test('mine', ({ restored }) => { expect(restored).toHoldRows('item', 1000) })`,
    },
    {
      what: 'does not wait for what fails later',
      code: 2,
      spec: `test('mine', () => { setTimeout(() => { expect(1).toBe(2) }, 10) }); test('a', () => new Promise((done) => setTimeout(done, 100)))`,
    },
    { what: 'never ends', code: 1, spec: `test('mine', { timeout: 200 }, () => new Promise(() => {}))` },
    { what: 'writes', code: 1, spec: `test('mine', ({ restored }) => restored.query('delete from public.item'))` },
    {
      what: 'writes past the read-only transaction',
      code: 1,
      spec: `test('mine', ({ restored }) => restored.query('commit; delete from public.item; begin'))`,
    },
    {
      what: 'fails in a hook',
      code: 1,
      spec: `import { beforeEach } from 'vitest'; beforeEach(() => { throw new Error('x') }); test('mine', () => {})`,
    },
    {
      what: 'fails after all',
      code: 2,
      spec: `import { afterAll } from 'vitest'; afterAll(() => { throw new Error('x') }); test('mine', () => {})`,
    },
    { what: 'is one of none', code: 2, spec: `test('a', () => {})`, specs: 'mine/*.spec.ts' },
  ])('is never GO: $what ($code)', async ({ spec, code, specs }) => {
    const ended = await answerTo(header + spec, specs)
    expect([ended.record.verdict.answer, ended.code, ended.text]).toEqual([
      code === 1 ? 'NO-GO' : 'UNDECIDED',
      code,
      expect.stringMatching(code === 1 ? 'NO-GO' : 'UNDECIDED'),
    ])
    // It says what it is about: the test, or its file.
    const reasons = ended.record.verdict.reasons.map(({ check, object, text }) => `${check} ${object} ${text}`)
    expect(reasons.join('\n')).toMatch(/mine|process ended|nothing was heard|error outside a test/)
  })

  test('prints, floods or forges: none of it reaches our output', async () => {
    const { code, stdout, stderr, record } = await runWith(
      `${header}test('mine', () => {
        console.log('postgresql://u:s3cr3t-canary@h/db')
        console.error('x'.repeat(2_000_000))
        process.stdout.write('   GO   shop\\n')
        process.send?.({ tests: [], errors: [] })
      })`,
    )
    expect(code).toBe(0)
    expect(stdout.match(/ GO /g)).toHaveLength(1)
    expect((stdout + stderr).length).toBeLessThan(10_000)
    expect(stdout + stderr + JSON.stringify(record)).not.toContain('s3cr3t-canary')
  })

  test('sees nothing of our environment', async () => {
    const { code, stdout } = await runWith(
      `${header}import { execFileSync } from 'node:child_process'
      test('mine', () => {
        expect(JSON.stringify(process.env)).not.toContain('s3cr3t-canary')
        expect(Object.keys(process.env).filter((name) => /CANARY|^PG|REHEARSAL/.test(name))).toEqual([])
        expect(execFileSync('env').toString()).not.toContain('s3cr3t-canary')
      })`,
    )
    expect([code, stdout]).toEqual([0, expect.stringContaining('   GO   ')])
  })

  test.runIf(process.platform === 'linux')('spins for ever: it is ended, with all it started', async () => {
    const marker = `${process.pid}.25`
    const { code, record } = await runWith(
      `${header}import { spawn } from 'node:child_process'
      test('mine', () => { spawn('sleep', ['${marker}'], { stdio: 'ignore' }).unref(); for (;;); }, 200)`,
    )
    expect([record.verdict.answer, code]).toEqual(['UNDECIDED', 2])
    expect(record.verdict.reasons[0]?.text).toContain('mine')
    const running = readdirSync('/proc').flatMap((name) => look(Number(name))?.command ?? [])
    expect(running.filter((command) => command.includes('node')).length).toBeGreaterThan(0)
    expect(running.filter((command) => command === `sleep ${marker}`)).toEqual([])
  })
})
