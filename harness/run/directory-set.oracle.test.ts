import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copySet } from '../../fixtures/breaking/copy-set.ts'
import { sealSet } from '../backup/index.ts'
import { beginReadOnly, observe, serialiseFacts } from '../facts/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { fixtures, redOf } from './testing/rehearse-set.ts'
import { ScratchServer } from './testing/scratch-server.ts'

const oracle = await findOracle(17)
const recorded = join(fixtures, 'edupath/backups/2026-11-08-pg17')
const createdAt = new Date(Date.now() - 3_600_000)

describe.skipIf(oracle.isSkipped)(`a set with a dump in directory format: ${oracle.title}`, () => {
  let folder = ''
  let scratch: ScratchServer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directory-set-'))
    scratch = await ScratchServer.start()
    await scratch.renew()
    await scratch.bring({ path: recorded })
    await record(join(folder, 'recorded'))
  })
  afterAll(async () => {
    await scratch[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** As a person would: roles, dump and facts beside each other, in one snapshot. */
  async function record(set: string): Promise<void> {
    const { server, database } = scratch
    await mkdir(set)
    const roles = ['--roles-only', '--no-role-passwords', '-f', join(set, 'roles.sql')]
    await runTool(toolsOf(oracle), 'pg_dumpall', roles, server.address)
    await using session = await server.connect(database)
    await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
    const [row] = await session.query('SELECT pg_catalog.pg_export_snapshot() AS snapshot')
    const dump = ['-Fd', '-d', database, `--snapshot=${row?.['snapshot']}`, '-f', join(set, 'backup')]
    await runTool(toolsOf(oracle), 'pg_dump', dump, server.address)
    const takenAt = createdAt.toISOString()
    const facts = await observe(session, { source: 'dump-snapshot', fingerprint: true, takenAt })
    await writeFile(join(set, 'baseline.json'), serialiseFacts(facts))
  }

  /** A copy to work on, without the files that a test leaves out. */
  async function copyOf(name: string, without: readonly string[] = []): Promise<string> {
    const set = join(folder, name)
    await cp(join(folder, 'recorded'), set, { recursive: true, preserveTimestamps: true })
    for (const file of without) await rm(join(set, file))
    return set
  }
  it.each<[string, string]>([
    ['as it is', ''],
    ['sealed', 'sealed'],
    ['as the latest of several', 'sets'],
  ])('is GO by its own baseline, %s', async (_, form) => {
    const set = form === '' ? join(folder, 'recorded') : await copyOf(form === 'sets' ? 'sets/2026-11-22' : form)
    if (form === 'sealed') await sealSet(set, { createdAt })
    if (form === 'sets') await copySet(recorded, join(folder, 'sets/2026-11-08'))
    const rehearsed = await rehearseDump(form === 'sets' ? join(folder, 'sets') : set)
    const { record } = rehearsed
    expect(redOf(rehearsed)).toEqual([])
    expect(record.verdict.answer).toBe('GO')
    expect(record.baseline.source).toBe('dump-snapshot')
    expect(record.backup?.files.map(({ name, kind, restored }) => `${kind} ${name} ${restored}`).sort()).toEqual([
      'baseline baseline.json false',
      'full backup true',
      'roles roles.sql true',
    ])
  })

  it('is of the database that it was dumped from, roles or not', async () => {
    const { record } = await rehearseDump(await copyOf('without-roles', ['roles.sql']))
    expect(record.backup?.files.map(({ name }) => name).sort()).toEqual(['backup', 'baseline.json'])
    expect(record.baseline.source).toBe('dump-snapshot')
    expect(record.findings.filter(({ check }) => check === 'row content').length).toBeGreaterThan(30)
  })

  it('has the digest that sha256sum gives of its folder', async () => {
    const set = join(folder, 'recorded')
    const { record } = await rehearseDump(set)
    const command = 'LC_ALL=C; sha256sum * | sha256sum'
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: join(set, 'backup') })
    expect(record.backup?.files.find(({ name }) => name === 'backup')?.sha256).toBe(stdout.slice(0, 64))
  })

  it.each<[string, string, (part: string) => Promise<unknown>]>([
    ['cut', 'changed', (part) => writeFile(part, Buffer.alloc(40))],
    ['gone', 'missing', (part) => rm(part)],
    ['a link', 'missing', (part) => rm(part).then(() => symlink('/etc/hostname', part))],
  ])('is NO-GO and names the part that is %s where it was sealed, the table where not', async (what, state, damage) => {
    for (const sealed of [false, true]) {
      const set = await copyOf(`${what}-${sealed}`)
      if (sealed) await sealSet(set, { createdAt })
      const parts = (await readdir(join(set, 'backup'))).filter((name) => /^\d+\.dat/.test(name))
      const part = `backup/${parts.sort()[0]}`
      await damage(join(set, part))
      const rehearsed = await rehearseDump(set)
      expect(rehearsed.record.verdict.answer).toBe('NO-GO')
      const red = redOf(rehearsed)
      expect(red).toContainEqual(expect.stringMatching(sealed || what === 'a link' ? part : 'public.applications'))
      expect(red.filter((line) => line.startsWith('content kind'))).toEqual([])
      const file = rehearsed.record.backup?.files.find(({ name }) => name === 'backup')
      expect(file?.state).toBe(sealed ? state : 'unsealed')
    }
  })
})
