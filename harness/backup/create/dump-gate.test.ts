import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import { Secret } from '../../core/index.ts'
import { openWire, type Session } from '../../postgres/index.ts'
import { DumpGate, snapshotToCome } from './dump-gate.ts'
import { holdSnapshot } from './hold-snapshot.ts'

const { signal } = new AbortController()
const asked = { signal, leftOut: [] }
const ownLock = 'LOCK TABLE public.a IN ACCESS SHARE MODE'

let standIn: StandIn
let ours: Session
let other: Session
let root: string
let folder: string
beforeAll(async () => {
  standIn = await StandIn.start('CREATE TABLE public.a (id int); INSERT INTO public.a VALUES (1), (2)')
  ours = await standIn.connect()
  other = await standIn.connect()
  root = await mkdtemp(join(tmpdir(), 'dump-gate-'))
})
beforeEach(async () => {
  // Longer than a socket's name may be.
  folder = join(root, crypto.randomUUID(), 'x'.repeat(120))
  await mkdir(folder, { recursive: true, mode: 0o700 })
})
afterAll(async () => {
  await standIn[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const openGate = async (url = standIn.url(), workers = 0): Promise<DumpGate> =>
  DumpGate.open({
    workers,
    folder,
    session: { role: 'postgres', database: 'shop' },
    openWire: async () => openWire(new Secret(url, 'env:SOURCE'), 'rehearse backup'),
  })

/** As pg_dump comes, up to where it asks for its snapshot; `through` a gate, or as it would without one. */
async function come(through: DumpGate | null): Promise<Client> {
  const service = await readFile(through?.connection.environment['PGSERVICEFILE'] ?? '/dev/null', 'utf8')
  const host = /^host=(.*)$/m.exec(service)?.[1]
  const client = new Client(
    host === undefined ? standIn.url() : { host, port: 1, user: 'postgres', database: 'shop', ssl: false },
  )
  client.on('error', () => {})
  await client.connect()
  await client.query(`SET statement_timeout = '2s'`)
  await client.query('BEGIN')
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  return client
}

/** Somebody who wants the table to himself, and waits for it. */
async function truncate(): Promise<{ readonly done: Promise<unknown> }> {
  const done = other.query('TRUNCATE public.a')
  const waiting = `SELECT count(*) AS n FROM pg_locks WHERE relation = 'public.a'::regclass AND NOT granted`
  while ((await standIn.session.query(waiting))[0]?.['n'] === '0') await new Promise((tick) => setTimeout(tick, 5))
  return { done }
}

/** The snapshot is taken, somebody waits for the table, and pg_dump goes on. */
async function beHeld(gate: DumpGate) {
  const dump = await come(gate)
  const reading = dump.query(`SET TRANSACTION SNAPSHOT '${snapshotToCome}'`)
  const held = await holdSnapshot(ours, { ...asked, beside: await gate.waiting })
  const { done } = await truncate()
  gate.release(held.name)
  await reading
  return { dump, held, done }
}

describe('pg_dump at its gate', () => {
  it('holds the tables from the same moment on: who wants one to himself after that waits behind it', async () => {
    await using gate = await openGate()
    const { dump, done } = await beHeld(gate)
    await dump.query(ownLock)
    expect((await dump.query('SELECT id FROM public.a')).rows).toEqual([{ id: 1 }, { id: 2 }])
    expect((await dump.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
    await dump.end()
    await ours.query('ROLLBACK')
    await done
    await standIn.session.query('INSERT INTO public.a VALUES (1), (2)')
  })

  it('has workers who hold them, too, before they come', async () => {
    await using gate = await openGate(standIn.url(), 2)
    const { dump, held, done } = await beHeld(gate)
    for (const worker of [await come(gate), await come(gate)]) {
      await worker.query(`SET TRANSACTION SNAPSHOT '${held.name}'`)
      await worker.query(`${ownLock} NOWAIT`)
      expect((await worker.query('SELECT id FROM public.a')).rows).toEqual([{ id: 1 }, { id: 2 }])
      expect((await worker.query('SHOW transaction_read_only')).rows).toEqual([{ transaction_read_only: 'on' }])
      await worker.end()
    }
    await dump.end()
    await ours.query('ROLLBACK')
    await done
    await standIn.session.query('INSERT INTO public.a VALUES (1), (2)')
  })

  it('would wait behind him without it', async () => {
    const dump = await come(null)
    const held = await holdSnapshot(ours, asked)
    const { done } = await truncate()
    await dump.query(`SET TRANSACTION SNAPSHOT '${held.name}'`)
    await expect(dump.query(ownLock)).rejects.toMatchObject({ code: '57014' })
    await dump.end()
    await ours.query('ROLLBACK')
    await done
    await standIn.session.query('INSERT INTO public.a VALUES (1), (2)')
  })

  it("begins again where a table is somebody else's, and sees what he did", async () => {
    await using gate = await openGate()
    await other.query('BEGIN; TRUNCATE public.a; INSERT INTO public.a VALUES (7)')
    const dump = await come(gate)
    const reading = dump.query(`SET TRANSACTION SNAPSHOT '${snapshotToCome}'`)
    const holding = holdSnapshot(ours, { ...asked, beside: await gate.waiting })
    await new Promise((tick) => setTimeout(tick, 700))
    await other.query('COMMIT')
    gate.release((await holding).name)
    await reading
    expect((await dump.query('SELECT id FROM public.a')).rows).toEqual([{ id: 7 }])
    expect((await dump.query('SHOW transaction_isolation')).rows).toEqual([
      { transaction_isolation: 'repeatable read' },
    ])
    await expect(dump.query('DELETE FROM public.a')).rejects.toMatchObject({ code: '25006' })
    await dump.end()
    await ours.query('ROLLBACK')
  })

  it('sends on what is said, however long', async () => {
    await using gate = await openGate()
    const dump = await come(gate)
    const long = 'é'.repeat(300_000)
    // No reading: that would be a snapshot of its own.
    await dump.query(`SET LOCAL rehearse.said = '${long}'`)
    const reading = dump.query(`SET TRANSACTION SNAPSHOT '${snapshotToCome}'`)
    gate.release((await holdSnapshot(ours, { ...asked, beside: await gate.waiting })).name)
    await reading
    expect((await dump.query('SELECT $1::text AS said', [long])).rows).toEqual([{ said: long }])
    expect((await dump.query('SHOW rehearse.said')).rows).toEqual([{ 'rehearse.said': long }])
    await dump.end()
    await ours.query('ROLLBACK')
  })

  it('is told the encoding of the database, as if it had connected by itself', async () => {
    await standIn.session.query(`CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
    await using gate = await openGate(standIn.url().replace('/shop', '/latin'))
    const dump = await come(gate)
    expect((await dump.query('SHOW client_encoding')).rows).toEqual([{ client_encoding: 'LATIN1' }])
    await dump.end()
  })

  it('says why where no connection can be had', async () => {
    await using gate = await openGate('postgresql://postgres@127.0.0.1:1/shop')
    await expect(come(gate)).rejects.toThrow('Connection terminated')
    await expect(gate.waiting).rejects.toMatchObject({ code: 'E_PRODUCTION_UNREACHABLE' })
  })

  it('leaves no session behind when it is closed', async () => {
    const ofBackup = `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'rehearse backup'`
    const gate = await openGate()
    await come(gate)
    expect(await standIn.session.query(ofBackup)).toEqual([{ n: '1' }])
    await gate[Symbol.asyncDispose]()
    const until = Date.now() + 5_000
    while ((await standIn.session.query(ofBackup))[0]?.['n'] !== '0' && Date.now() < until)
      await new Promise((tick) => setTimeout(tick, 20))
    expect(await standIn.session.query(ofBackup)).toEqual([{ n: '0' }])
  })
})
