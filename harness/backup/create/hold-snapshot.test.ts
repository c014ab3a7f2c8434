import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import type { Session } from '../../postgres/index.ts'
import { holdSnapshot } from './hold-snapshot.ts'

const { signal } = new AbortController()
const asked = { signal, leftOut: [] }

let standIn: StandIn
let ours: Session
let other: Session
beforeAll(async () => {
  standIn = await StandIn.start(`
    CREATE TABLE public.a (id int); INSERT INTO public.a VALUES (1), (2);
    CREATE TABLE public."b.""c" (d date) PARTITION BY RANGE (d);
    CREATE TABLE public.part PARTITION OF public."b.""c" DEFAULT;
    CREATE SCHEMA out; CREATE TABLE out.e (id int)`)
  ours = await standIn.connect()
  other = await standIn.connect()
})
afterAll(async () => standIn[Symbol.asyncDispose]())

describe('the snapshot of a backup', () => {
  it('is taken when every table is held: nobody can empty one that it counts on', async () => {
    const held = await holdSnapshot(ours, asked)
    expect(held.tables.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual(
      ['out.e', 'public.a', 'public.b."c', 'public.part'].sort(),
    )
    await other.query(`SET lock_timeout = '50ms'`)
    await expect(other.query('TRUNCATE public.a')).rejects.toMatchObject({ facts: { sqlstate: '55P03' } })
    await other.query('RESET lock_timeout; INSERT INTO public.a VALUES (3)')
    await other.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '${held.name}'`)
    expect(await other.query('SELECT count(*) AS rows FROM public.a')).toEqual([{ rows: '2' }])
    await other.query('ROLLBACK')
    await ours.query('ROLLBACK')
  })

  it('leaves out what is not backed up', async () => {
    const held = await holdSnapshot(ours, { ...asked, leftOut: ['out'] })
    expect(held.tables.map(({ schema }) => schema)).not.toContain('out')
    await other.query('TRUNCATE out.e')
    await ours.query('ROLLBACK')
  })

  it('waits for whoever has a table to himself, and sees what he did', async () => {
    await other.query('BEGIN; TRUNCATE public.a; INSERT INTO public.a VALUES (7)')
    const holding = holdSnapshot(ours, asked)
    await new Promise((done) => setTimeout(done, 700))
    await other.query('COMMIT')
    await holding
    expect(await ours.query('SELECT id FROM public.a')).toEqual([{ id: '7' }])
    await ours.query('ROLLBACK')
  })

  it('is given up when that does not end, with no lock left', async () => {
    await other.query('BEGIN; LOCK TABLE public.part IN ACCESS EXCLUSIVE MODE')
    await expect(holdSnapshot(ours, { ...asked, patienceMs: 300 })).rejects.toMatchObject({ code: 'E_SOURCE_BUSY' })
    await other.query('TRUNCATE public.a')
    await other.query('ROLLBACK')
  })
})
