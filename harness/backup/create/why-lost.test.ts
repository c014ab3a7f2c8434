import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import { Fault, fixedClock } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import { holdSnapshot } from './hold-snapshot.ts'
import { LostAttempts, type LostAttempt } from './lost-attempts.ts'
import { lostToADrop, whoWantsTable, whyLost } from './why-lost.ts'

const { signal } = new AbortController()
const refused = { code: 1, endedBy: null, said: 'pg_dump: error: cache lookup failed' } as const

let standIn: StandIn
let ours: Session
let other: Session
beforeAll(async () => {
  standIn = await StandIn.start('CREATE TABLE public.a (id int)')
  ours = await standIn.connect()
  other = await standIn.connect()
  await other.query(`SET application_name = 'deploy'`)
})
afterAll(async () => standIn[Symbol.asyncDispose]())

describe('a dump that came to nothing', () => {
  it('names who waits for a table of ours', async () => {
    await holdSnapshot(ours, { signal, leftOut: [] })
    expect(await whoWantsTable(standIn.session)).toBeNull()
    const waiting = other.query('TRUNCATE public.a')
    await new Promise((done) => setTimeout(done, 200))
    const lost = await whyLost(standIn.session, refused, 0)
    expect(lost.why).toMatch(/^waits for public\.a, process \d+ \(deploy, postgres\)$/)
    expect(lost).toMatchObject({ lost: 'busy', fault: { code: 'E_SOURCE_BUSY' } })
    await ours.query('ROLLBACK')
    await waiting
  })

  it('names who has a table, and nobody for one that only its maker can see', async () => {
    await other.query('BEGIN; CREATE TABLE public.made (id int)')
    expect(await whoWantsTable(standIn.session)).toBeNull()
    await other.query('LOCK TABLE public.a IN ACCESS EXCLUSIVE MODE')
    expect(await whoWantsTable(standIn.session)).toContain('has public.a')
    await other.query('ROLLBACK')
  })

  it('is tried again where pg_dump gave up over definitions, and not once it had written rows or was ended', async () => {
    expect(await whyLost(standIn.session, refused, 0)).toMatchObject({ lost: 'failed' })
    await expect(whyLost(standIn.session, refused, 1)).rejects.toMatchObject({ code: 'E_CLIENT_FAILED' })
    const ended = { code: null, endedBy: 'SIGKILL', said: '' } as const
    await expect(whyLost(standIn.session, ended, 0)).rejects.toMatchObject({ code: 'E_CLIENT_FAILED' })
  })

  it('is tried again where what it read was dropped, and not for anything else', async () => {
    const gone = await ours.query('SELECT * FROM public.gone').catch((thrown: unknown) => thrown)
    expect(lostToADrop(gone)).toMatchObject({ lost: 'failed', fault: { code: 'E_SQL' } })
    const wrong = await ours.query('SELECT 1 / 0').catch((thrown: unknown) => thrown)
    expect(() => lostToADrop(wrong)).toThrow('division')
    expect(() => lostToADrop(new TypeError('lost'))).toThrow('lost')
  })
})

describe('attempts that came to nothing', () => {
  const lost = (how: LostAttempt['lost']): LostAttempt => {
    return { lost: how, why: 'why', fault: new Fault('E_CLIENT_FAILED', how) }
  }

  it('are no more than a few where pg_dump fails by itself, and are told to the reader of the set', async () => {
    const attempts = new LostAttempts(fixedClock(new Date('2026-01-02T03:04:05Z')))
    expect(attempts.note()).toBeNull()
    await attempts.add(lost('busy'), signal)
    expect(attempts.note()).toContain('begun anew once')
    for (let times = 0; times < 2; times += 1) await attempts.add(lost('failed'), signal)
    expect(attempts.note()).toContain('begun anew 3 times')
    await expect(attempts.add(lost('failed'), signal)).rejects.toThrow('failed')
  })

  it('end with patience, while others want tables to themselves', async () => {
    let nowMs = 0
    const attempts = new LostAttempts({ ...fixedClock(new Date('2026-01-02T03:04:05Z')), monotonicMs: () => nowMs })
    await attempts.add(lost('busy'), signal)
    nowMs = 180_001
    await expect(attempts.add(lost('busy'), signal)).rejects.toThrow('busy')
  })
})
