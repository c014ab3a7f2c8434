import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../../core/index.ts'
import { parseFacts, serialiseFacts } from '../../facts/index.ts'
import { bringWatched } from '../testing/bring-watched.ts'
import { canary, itemDump, ScratchServer, type Brought } from '../testing/scratch-server.ts'
import { apartFromAsked } from './ask-production.ts'
import type { BringBackRequest } from './types.ts'

const recorded = fileURLToPath(
  new URL('../../../fixtures/edupath/backups/2026-11-08-pg17/baseline.json', import.meta.url),
)

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
  await scratch.write('dump.sql', itemDump())
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

const bring = (request: Partial<BringBackRequest> = {}): Promise<Brought> => bringWatched(scratch, request)

describe('production', () => {
  let other: ScratchServer
  let folder: string
  beforeAll(async () => {
    other = await ScratchServer.start()
    folder = await mkdtemp(join(tmpdir(), 'production-'))
    await symlink(scratch.server.address.host, join(folder, 's'))
  })
  afterAll(async () => other[Symbol.asyncDispose]())
  afterAll(async () => rm(folder, { recursive: true }))

  const named = { production: 'env:PRODUCTION' }

  test.each([
    { name: 'its own database', url: () => scratch.url() },
    { name: 'another database of its server', url: () => scratch.url('postgres') },
    { name: 'its server by another name', url: () => `postgresql://postgres@/postgres?host=${folder}/s` },
  ])('is never restored into, whatever is said: $name', async ({ url }) => {
    for (const notProduction of [false, true]) {
      const { fault } = await bring({ ...named, notProduction, environment: { PRODUCTION: url() } })
      expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION', kind: 'refused' })
    }
  })

  test('with the same system identifier is taken for the same, until the user says otherwise', async () => {
    const request = { ...named, environment: { PRODUCTION: other.url('postgres') } }
    expect((await bring({ ...request, notProduction: false })).fault).toMatchObject({
      code: 'E_TARGET_IS_PRODUCTION',
      message: expect.stringContaining('has the system identifier of production'),
    })
    expect((await bring(request)).report?.plan.target.notProduction).toContain('as you said')
  })

  test('that does not answer proves nothing', async () => {
    const request = { ...named, environment: { PRODUCTION: `postgresql://u:${canary}@/x?host=${folder}` } }
    expect((await bring({ ...request, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    expect((await bring(request)).fault).toBe(null)
  })

  test('of which nothing is known is not excluded', async () => {
    expect((await bring({ notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN', kind: 'refused' })
  })

  describe('that does not answer, and may stand behind the port that the target is reached by,', () => {
    const dead = () => ({ ...named, environment: { PRODUCTION: `postgresql://u:${canary}@/shop?host=${folder}` } })
    const isNeverTouched = async (request: Partial<BringBackRequest>) => {
      for (const notProduction of [false, true]) {
        expect((await bring({ ...request, notProduction })).fault).toMatchObject({
          code: 'E_TARGET_IS_PRODUCTION',
          message: expect.stringContaining('a database shop, as production has'),
        })
      }
    }
    beforeEach(async () => scratch.server.createDatabase('shop'))
    afterEach(async () => scratch.admin.query('drop database shop with (force)'))

    test('is known by its database, whatever is said; one without rows is none', async () => {
      await using shop = await scratch.server.connect('shop')
      await shop.query('create table orders (id int)')
      expect((await bring(dead())).fault).toBe(null)
      await scratch.renew()
      await shop.query('insert into orders values (1)')
      await isNeverTouched(dead())
    })

    test('is known by a database that lets nobody look', async () => {
      await scratch.admin.query('alter database shop allow_connections false')
      await isNeverTouched(dead())
    })

    test('is known by the database that the backup is of, where nobody names production', async () => {
      await using shop = await scratch.server.connect('shop')
      await shop.query('create table orders as select 1 as id')
      for (const hash of [await ourIdentifier(), null])
        await isNeverTouched({ baseline: await record({ database: 'shop', systemIdentifierHash: hash }) })
    })

    test('is told apart by the word alone where the backup is of another server', async () => {
      await using shop = await scratch.server.connect('shop')
      await shop.query('create table orders as select 1 as id')
      const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
      const unsaid = await bring({ ...dead(), baseline, notProduction: false })
      expect(unsaid.fault).toMatchObject({
        code: 'E_TARGET_UNPROVEN',
        hint: expect.stringContaining('--not-production'),
      })
      expect((await bring({ ...dead(), baseline })).fault).toBe(null)
    })

    test('is the target itself, where that holds rows of the same name', async () => {
      await scratch.read('create table public.item as select 1 as id')
      const environment = { PRODUCTION: `postgresql://u@/${scratch.database}?host=${folder}` }
      const { fault } = await bring({ ...named, environment, only: 'data' })
      expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION', message: expect.stringContaining('(public.item)') })
    })
  })

  async function ourIdentifier(): Promise<string | null> {
    const ours = await scratch.read(
      "select encode(sha256(convert_to('rehearsal ' || system_identifier, 'UTF8')), 'hex') from pg_control_system()",
    )
    return ours[0] ?? null
  }

  async function record(server: { database: string; systemIdentifierHash: string | null }): Promise<string> {
    const facts = parseFacts(await readFile(recorded, 'utf8'))
    return scratch.write('facts.json', serialiseFacts({ ...facts, server: { ...facts.server, ...server } }))
  }

  describe('known by the facts that were recorded with the backup', () => {
    let systemIdentifierHash: string | null = null
    beforeEach(async () => void (systemIdentifierHash = await ourIdentifier()))
    afterEach(() => void (systemIdentifierHash = null))

    test.each([
      { of: 'the very database', says: 'the very database that the backup was taken from' },
      { of: 'another database of the server', says: 'the server of database shop' },
    ])('is refused: $of', async ({ of, says }) => {
      const database = of === 'the very database' ? scratch.database : 'shop'
      const baseline = await record({ database, systemIdentifierHash })
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({
        code: 'E_TARGET_IS_PRODUCTION',
        message: expect.stringContaining(says),
      })
    })

    test('is told apart by another identifier', async () => {
      const baseline = await record({ database: scratch.database, systemIdentifierHash: '0'.repeat(64) })
      const { report } = await bring({ baseline, notProduction: false })
      expect(report?.plan.target.notProduction).toContain('not that of the server the backup was taken from')
    })

    describe('that is gone itself', () => {
      const gone = () => ({ ...named, environment: { PRODUCTION: `postgresql://u:${canary}@/x?host=${folder}` } })

      test('is told apart by the identifier of the server that the backup is of, and says so', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const { report } = await bring({ ...gone(), baseline, notProduction: false })
        expect(report?.plan.target.notProduction).toMatch(
          /^production \(env:PRODUCTION\) does not answer, and its address is not the target's \(.*:5432\); its system identifier is not that of the server the backup was taken from, which the facts recorded with it name$/,
        )
      })

      test('is refused where the target is the server that the backup is of', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash })
        const { fault } = await bring({ ...gone(), baseline, notProduction: false })
        expect(fault).toMatchObject({ code: expect.stringMatching(/^E_TARGET_(?:UNPROVEN|IS_PRODUCTION)$/) })
      })

      test('is refused where the target has its address, whatever the facts say', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const environment = { PRODUCTION: scratch.url('nowhere', 'nobody') }
        const { fault } = await bring({ ...named, environment, baseline, notProduction: true })
        expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION', message: expect.stringContaining('the address') })
      })

      test('is not excluded where its address is not known', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const { fault } = await bring({ production: 'env:UNSET', baseline, notProduction: false })
        expect(fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
      })
    })

    test('of a restored copy are not facts of production', async () => {
      const facts = parseFacts(await readFile(recorded, 'utf8'))
      const copy = {
        ...facts,
        source: 'restored' as const,
        server: { ...facts.server, systemIdentifierHash: '0'.repeat(64) },
      }
      const baseline = await scratch.write('copy.json', serialiseFacts(copy))
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    })

    test('without an identifier is not excluded', async () => {
      const baseline = await record({ database: 'shop', systemIdentifierHash: null })
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    })
  })

  test.each([
    { name: 'its primary', ours: 'a', theirs: 'a' },
    { name: 'a server that hides its identifier', ours: null, theirs: 'a' },
    { name: 'any server, where it hides its own', ours: 'a', theirs: null },
  ])('that is a standby is not told from $name', ({ ours, theirs }) => {
    const target = { systemIdentifierHash: ours, startedAt: '1' }
    const asked = { systemIdentifierHash: theirs, startedAt: '2', isStandby: true }
    expect(() => apartFromAsked(target, asked, 'env:P', true)).toThrow(Fault)
    expect(() => apartFromAsked(target, { ...asked, isStandby: false }, 'env:P', true)).not.toThrow()
  })
})
