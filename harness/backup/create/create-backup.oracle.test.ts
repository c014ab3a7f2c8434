import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findOracle, toolsOf } from '../../restore/testing/oracle-test.ts'
import { partsOf } from '../../run/take-backup.ts'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import { openSet } from '../open-set.ts'
import { createBackup, type BackupParts, type BackupStep } from './index.ts'

const oracle = await findOracle(17)
const older = await findOracle(15)

describe.skipIf(oracle.isSkipped)(`a backup of which one part is broken: ${oracle.title}`, { timeout: 60_000 }, () => {
  let standIn: StandIn
  let folder = ''
  beforeAll(async () => {
    standIn = await StandIn.start(
      `CREATE TABLE public.a (id int); INSERT INTO public.a SELECT generate_series(1, 1000)`,
    )
  })
  afterAll(async () => standIn[Symbol.asyncDispose]())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'create-backup-'))
  })
  afterEach(async () => rm(folder, { recursive: true, force: true }))

  const take = async (broken: (parts: BackupParts) => Partial<BackupParts>) => {
    const request = standIn.request(folder)
    const parts = partsOf(request) as unknown as BackupParts
    return createBackup(request, { ...parts, ...broken(parts) })
  }

  it('is whole when none is', async () => {
    const taken = await take(() => ({}))
    expect(taken).toMatchObject({ rows: 1000, tables: 1 })
    expect(await readdir(folder)).toHaveLength(1)
    const { tookMs = {} } = (await openSet(taken.path)).manifest ?? {}
    expect(Object.keys(tookMs)).toEqual(['preflight', 'snapshot', 'dump', 'read back'])
    expect(Object.values(tookMs).every((ms) => ms >= 0 && ms <= 60_000)).toBe(true)
    expect(tookMs['dump']).toBe(taken.tookMs['dump'])
    // Not into the set itself, which would then hold what its manifest does not know.
    const request = standIn.request(taken.path)
    await expect(createBackup(request, partsOf(request))).rejects.toMatchObject({ code: 'E_USAGE' })
  })

  it('is none when the dump has a row less than the baseline', async () => {
    const taking = take((parts) => ({
      readDump: async (path, options) => {
        const read = await parts.readDump(path, options)
        return { ...read, tables: read.tables.map((table) => ({ ...table, rows: table.rows - 1 })) }
      },
    }))
    await expect(taking).rejects.toMatchObject({ code: 'E_DUMP_SHORT' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is none when the baseline could not be read', async () => {
    const taking = take((parts) => ({
      openBaseline: async (session, options) => {
        const reading = await parts.openBaseline(session, options)
        return { ...reading, read: async () => Promise.reject(new TypeError('lost')) }
      },
    }))
    await expect(taking).rejects.toThrow('lost')
    expect(await readdir(folder)).toEqual([])
  })

  it('is none when the session that holds the snapshot is lost', async () => {
    const taking = take((parts) => ({
      openBaseline: async (session, options) => {
        const reading = await parts.openBaseline(session, options)
        const [row] = await session.query('SELECT pg_backend_pid() AS pid')
        await standIn.session.query(`SELECT pg_terminate_backend(${row?.['pid']})`)
        return reading
      },
    }))
    await expect(taking).rejects.toMatchObject({ code: 'E_PRODUCTION_UNREACHABLE' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is none when it is interrupted, at whatever step', async () => {
    const steps: BackupStep[] = ['preflight', 'snapshot', 'dump', 'read back', 'seal']
    for (const step of steps) {
      const stop = new AbortController()
      const begin = (begun: BackupStep): void => void (begun === step && stop.abort(new Error('SIGINT')))
      const progress = { begin, advance() {}, end() {} }
      const request = standIn.request(folder, { signal: stop.signal, progress })
      await expect(createBackup(request, partsOf(request))).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
      expect(await readdir(folder)).toEqual([])
    }
  })

  it('is refused with known holes in pg_dump, and with one of an older major, before anything is written', async () => {
    const vulnerable = take(({ versions }) => ({
      containers: null,
      versions: { ...versions, weaknessOf: () => 'a hole' },
    }))
    await expect(vulnerable).rejects.toMatchObject({ code: 'E_CLIENT_VULNERABLE' })
    const old = take(() => ({
      containers: null,
      folders: async () => (older.tools === null ? [] : [toolsOf(older).folder]),
    }))
    await expect(old).rejects.toMatchObject({ code: 'E_CLIENT_MISSING' })
    expect(await readdir(folder)).toEqual([])
  })
})
