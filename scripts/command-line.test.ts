import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommanderError } from 'commander'
import { Fault } from '../harness/core/index.ts'
import { codeOf } from './rehearse.ts'
import { RunningCommand, rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { smallDump } from './testing/small-dump.ts'

const canary = 's3cr3t-canary'
const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url))

let project: Project
beforeAll(async () => {
  project = await Project.empty()
})
afterAll(async () => project[Symbol.asyncDispose]())

const run = async (...args: string[]): Promise<Ended> => rehearse(args, { cwd: project.folder })

describe('what is refused', () => {
  test.each([
    { args: ['rnu'], says: 'Did you mean run?' },
    { args: ['run', '--prodction', 'env:X'], says: 'Did you mean --production?' },
    { args: ['inspect'], says: "missing required argument 'dump or set'" },
    { args: ['run', 'surplus'], says: 'too many arguments' },
    { args: ['run', '--config', 'nowhere.ts'], says: 'there is no config file' },
    { args: ['run', '--backup', '/nowhere/backups'], says: 'there is no backup at /nowhere/backups' },
    { args: ['run'], says: 'no backup is named' },
    { args: ['inspect', '/nowhere.sql'], says: 'there is no /nowhere.sql' },
    { args: ['run', '--backup', '.', '--engine', 'embeded'], says: "'embeded' (from flag --engine) is not possible" },
    { args: ['run', '--backup', '.', '--production', 'env:NOT_SET'], says: 'NOT_SET is not set' },
    { args: ['run', '--backup', '.', '--inoculate-seed', '4294967296'], says: 'no number below 4294967296' },
    { args: ['run', '--backup', '.', '--no-inoculate', '--inoculate-seed', '3'], says: 'inoculation is switched off' },
  ])('$args ends with 64, says what to do, and has done nothing', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(...args)
    expect(stderr).toContain(says)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(readdirSync(project.folder)).toEqual([])
  })

  test.each([
    ['run', '--production', `postgresql://u:${canary}@h/db`],
    ['run', `--production=postgresql://u:${canary}@h/db`],
    ['run', '--backup', `postgresql://u:x@${canary}/y@h/db`],
    ['run', '--server', `host=h password=${canary}`],
    ['run', `postgresql://u:${canary}@h/db`],
    [`postgresql://u:${canary}@h/db`],
    ['inspect', `postgresql://u:${canary}@h/db`],
    ['run', `--pasword=${canary}`, `postgresql://u:${canary}@h/db`],
    ['--verbose', 'run', '--production', `postgresql://u:${canary}@h/db`],
  ])('a password that is typed is refused and never repeated (%#)', async (...args) => {
    const { code, stdout, stderr } = await run(...args)
    expect(code).toBe(64)
    expect(stderr).toContain('E_SECRET_IN_ARGUMENT')
    expect(stdout + stderr).not.toContain(canary)
    expect(readdirSync(project.folder)).toEqual([])
  })

  test('a config with slips: each on a line of its own, and no password of it repeated', async () => {
    await using bad = await Project.empty()
    await bad.write(
      'rehearsal.config.ts',
      `export default { backup: { path: './x' }, tolerances: { rowz: '5%' }, expect: 'all', projekt: 1 }`,
    )
    const slips = await rehearse(['run'], { cwd: bad.folder })
    expect(slips.code).toBe(64)
    const lines = slips.stderr.split('\n').filter((line) => line.startsWith('  '))
    expect(lines).toHaveLength(3)
    for (const word of ['rowz', 'projekt', "'all'"]) expect(slips.stderr).toContain(word)

    await bad.write(
      'rehearsal.config.ts',
      `export default { backup: { path: './x' }, production: 'postgresql://u:${canary}@h/db' }`,
    )
    const secret = await rehearse(['--verbose', 'run'], { cwd: bad.folder })
    expect(secret.code).toBe(64)
    expect(secret.stdout + secret.stderr).not.toContain(canary)

    await bad.write('rehearsal.config.ts', 'export default {')
    const broken = await rehearse(['run'], { cwd: bad.folder })
    expect(broken).toMatchObject({ code: 64, stdout: '' })
    expect(broken.stderr.trim().split('\n')).toHaveLength(2)
  })
})

describe('the codes of what goes wrong', () => {
  test('name whose fault it is; what nobody expected is a defect, never a NO-GO', () => {
    expect(codeOf(new TypeError('x is not a function'))).toBe(70)
    expect(codeOf('a thrown text')).toBe(70)
    expect(codeOf(new Fault('E_DUMP_TRUNCATED', 'x'))).toBe(1)
    expect(codeOf(new Fault('E_ENGINE_CRASHED', 'x'))).toBe(2)
    expect(codeOf(new Fault('E_USAGE', 'x'))).toBe(64)
    expect(codeOf(new CommanderError(1, 'commander.unknownOption', 'x'))).toBe(64)
    expect(codeOf(new CommanderError(0, 'commander.helpDisplayed', 'x'))).toBe(0)
  })

  test('hold when the reader of the output has gone', async () => {
    const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
    const line = `"${process.execPath}" "${bin}" inspect "${fixture('edupath/backups/2026-11-08-pg17/full_database_backup.sql')}" --json; echo "code $?" >&2`
    const piped = new RunningCommand('/bin/bash', ['-c', `{ ${line}; } | true`], { cwd: project.folder })
    expect((await piped.ended).stderr).toBe('code 0\n')
  })
})

describe('help', () => {
  test.each([['--help'], ['run', '--help'], ['inspect', '--help'], ['help', 'run'], ['--version']])(
    '%s is no fault (%#)',
    async (...args) => {
      const { code, stdout, stderr } = await run(...args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).not.toBe('')
    },
  )
})

describe('init', () => {
  test('writes a config that loads, and never over one that is there', async () => {
    await using fresh = await Project.empty()
    expect(await rehearse(['init'], { cwd: fresh.folder })).toMatchObject({ code: 0 })
    const written = await readFile(fresh.path('rehearsal.config.ts'), 'utf8')
    const loaded = await rehearse(['run'], { cwd: fresh.folder })
    expect(loaded.stderr).toContain(`there is no backup at ${fresh.path('backups')}`)

    const again = await rehearse(['init'], { cwd: fresh.folder })
    expect(again).toMatchObject({ code: 64, stdout: '' })
    expect(again.stderr).toContain('E_CONFIG_EXISTS')
    expect(await readFile(fresh.path('rehearsal.config.ts'), 'utf8')).toBe(written)
  })
})

describe('inspect', () => {
  const good = fixture('edupath/backups/2026-11-08-pg17/full_database_backup.sql')
  const inspect = async (name: string, content: Uint8Array | string): Promise<Ended> => {
    await using folder = await Project.empty()
    await writeFile(folder.path(name), content)
    return await rehearse(['inspect', name], { cwd: folder.folder })
  }

  test('reads a good dump, plain and packed, as the same', async () => {
    const bytes = await readFile(good)
    const plain = await inspect('a.sql', bytes)
    const gzip = await inspect('a.sql', gzipSync(bytes))
    const zstd = await inspect('a.sql', zstdCompressSync(bytes))
    const tables = ({ stdout }: Ended): string => stdout.slice(stdout.indexOf(' tables, '))
    expect([plain.code, gzip.code, zstd.code]).toEqual([0, 0, 0])
    expect(tables(plain)).toContain('public.users')
    expect([tables(gzip), tables(zstd)]).toEqual([tables(plain), tables(plain)])
  })

  test('is NO-GO for what is cut short, packed or not, empty, or no dump', async () => {
    const bytes = await readFile(good)
    const packed = gzipSync(bytes)
    for (const [content, says] of [
      [bytes.subarray(0, bytes.length / 2), 'E_DUMP_TRUNCATED'],
      [packed.subarray(0, packed.length / 2), 'E_DUMP_TRUNCATED'],
      [smallDump().replace('dump complete', 'dump'), 'E_DUMP_'],
      ['', 'E_DUMP_EMPTY'],
      [Buffer.from([0, 1, 2, 3, 255, 254]), 'E_DUMP_UNKNOWN_FORMAT'],
    ] as const) {
      const { code, stdout, stderr } = await inspect('a.sql', content)
      expect(stdout + stderr).toContain(says)
      expect(code).toBe(1)
    }
  })

  test('checks all of it, asked to or not', async () => {
    const cut = (await readFile(good)).subarray(0, 300_000)
    await using folder = await Project.empty()
    await writeFile(folder.path('cut.sql'), cut)
    const [without, withFlag] = [['cut.sql'], ['--check', 'cut.sql']].map((args) =>
      rehearse(['inspect', ...args], { cwd: folder.folder }),
    )
    expect((await withFlag)?.code).toBe(1)
    expect((await withFlag)?.stdout).toBe((await without)?.stdout)
  })

  test('leaves open what its writer does not close', async () => {
    const { code, stdout } = await run('inspect', fixture('edupath/backups/2026-11-15-supabase-cli/schema.sql'))
    expect(stdout).toContain('leaves no end marker')
    expect(code).toBe(2)
  })

  test('and run leave open a format they can not read yet, and say which', async () => {
    await using folder = await Project.empty()
    // The head of an archive of a later version (pg_dump -Fc): https://github.com/postgres/postgres/blob/REL_17_STABLE/src/bin/pg_dump/pg_backup_archiver.c
    const head = Buffer.from([0x50, 0x47, 0x44, 0x4d, 0x50, 1, 17, 0, 4, 8, 1, 1])
    await writeFile(folder.path('a.dump'), Buffer.concat([head, Buffer.alloc(200)]))
    const seen = await rehearse(['inspect', 'a.dump'], { cwd: folder.folder })
    expect(seen.stderr.split('\n')[0]).toContain('an archive of version 1.17')
    expect(seen.code).toBe(2)
    const ran = await rehearse(['run', '--backup', 'a.dump'], { cwd: folder.folder })
    expect(ran.stdout).toContain('UNDECIDED')
    expect(ran.stdout).toContain('an archive of version 1.17')
    expect(ran.code).toBe(2)
  })
})

describe('--json', () => {
  test('prints JSON on stdout and nothing else', async () => {
    await using shop = await Project.small()
    const answers = await Promise.all([
      rehearse(['run', '--json'], { cwd: shop.folder }),
      rehearse(['inspect', 'dump.sql', '--json'], { cwd: shop.folder }),
      rehearse(['doctor', '--json'], { cwd: shop.folder }),
    ])
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0])
    const [ran, seen, probed] = answers.map(({ stdout }): unknown => JSON.parse(stdout))
    expect(ran).toMatchObject({ kind: 'rehearsal', verdict: { answer: 'GO' } })
    expect(seen).toMatchObject({ completeness: 'complete' })
    expect(probed).toEqual(expect.arrayContaining([expect.objectContaining({ what: 'Node' })]))
  })
})

describe('an empty folder of backups', () => {
  test('is NO-GO, with evidence', async () => {
    await using empty = await Project.empty()
    await mkdir(empty.path('backups'))
    const { code, stdout } = await rehearse(['run', '--backup', 'backups'], { cwd: empty.folder })
    expect(code).toBe(1)
    expect(stdout).toContain('holds no backup')
    expect((await empty.record()).verdict.answer).toBe('NO-GO')
    expect(existsSync(empty.path('.rehearsal/latest/report.html'))).toBe(true)
  })
})
