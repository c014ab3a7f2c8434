import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { describeRunning, type Opening } from './running-statement.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'
import { faultOfLimit, TimeLimit, type Limited } from './time-limit.ts'

const idle = async (): Promise<null> => null

function limit(more: Partial<Limited> = {}): TimeLimit {
  const signal = new AbortController().signal
  return new TimeLimit({ what: 'the work', limitMs: 50, signal, progress: silentProgress, look: idle, ...more })
}

async function ended(limited: TimeLimit): Promise<string | undefined> {
  while (!limited.signal.aborted) await sleep(5)
  return faultOfLimit(limited.signal)?.message
}

describe('a time limit', () => {
  it('says what was ended, after how long, at which step, and what was last heard of', async () => {
    await using limited = limit()
    limited.progress.begin('read dump', 10)
    limited.progress.advance(3, 'full.sql')
    expect(await ended(limited)).toBe(
      'the work was ended by its time limit of 50 ms at the step "read dump": the last heard of was full.sql',
    )
    expect(faultOfLimit(limited.signal)).toMatchObject({
      code: 'E_TIMEOUT',
      kind: 'environment',
      facts: { step: 'read dump' },
    })
  })

  it('says rather what the server is busy with', async () => {
    await using limited = limit({ look: async () => 'COPY a was running' })
    limited.progress.begin('restore')
    limited.progress.advance(3, 'b')
    expect(await ended(limited)).toMatch(/ at the step "restore": COPY a was running$/)
    expect(faultOfLimit(limited.signal)?.hint).toMatch(/may never end/)
  })

  it('ends it even where nobody can say', async () => {
    await using limited = limit({ look: () => Promise.reject(new Error('gone')) })
    expect(await ended(limited)).toBe('the work was ended by its time limit of 50 ms')
  })

  it('does not wait for a server that never says', async () => {
    const { promise, resolve } = Promise.withResolvers<null>()
    await using limited = limit({ look: () => promise })
    expect(await ended(limited)).toBe('the work was ended by its time limit of 50 ms')
    resolve(null)
  })

  it('leaves alone what is done, and what was interrupted before', async () => {
    const done = limit()
    await done[Symbol.asyncDispose]()
    const interrupt = new AbortController()
    await using interrupted = limit({ signal: interrupt.signal })
    interrupt.abort(new Error('SIGINT'))
    await sleep(100)
    expect({ done: faultOfLimit(done.signal), isEnded: done.signal.aborted }).toEqual({ done: null, isEnded: false })
    expect({ interrupted: faultOfLimit(interrupted.signal), isEnded: interrupted.signal.aborted }).toEqual({
      interrupted: null,
      isEnded: true,
    })
  })

  it('may be longer than a timer can count', async () => {
    await using limited = limit({ limitMs: 60 * 86_400_000 })
    await sleep(50)
    expect(limited.signal.aborted).toBe(false)
  })
})

describe('what a server is busy with', () => {
  let server: DisposableServer
  let open: Opening
  beforeAll(async () => {
    const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    server = await embeddedEngine().start(need, options)
    open = (database) => server.connect(database ?? 'postgres')
    await server.createDatabase('shop')
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  async function whileRunning(statement: string): Promise<string | null> {
    await using session = await server.connect('shop')
    const running = session.execute(statement).catch(() => null)
    try {
      for (;;) {
        const said = await describeRunning(open)
        if (said !== null) return said
      }
    } finally {
      await using admin = await server.connect('postgres')
      await admin.query(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = 'shop' AND state = 'active'",
      )
      await running
    }
  }

  it('is nothing while it is idle', async () => {
    expect(await describeRunning(open)).toBeNull()
  })

  it.each([
    ["INSERT INTO public.a SELECT 4711, 'secret' FROM pg_sleep(60)", 'INSERT INTO public.a SELECT was running'],
    ["SELECT 'secret', pg_sleep(60)", 'SELECT was running'],
    ["-- secret\nDO $$ BEGIN PERFORM pg_sleep(60), 'secret'; END $$", 'DO was running'],
    ['SELECT 1; LOCK public.a; SELECT pg_sleep(60)', 'one of several statements was running, with public.a locked'],
  ])('is told without its values: %s', async (statement, expected) => {
    {
      await using session = await server.connect('shop')
      await session.query('CREATE TABLE IF NOT EXISTS public.a (id integer, name text)')
    }
    const said = await whileRunning(statement)
    expect(said).toContain(expected)
    expect(said).not.toMatch(/secret|4711/)
  })

  it('is asked past what the database has put in the way of a query', async () => {
    {
      await using session = await server.connect('shop')
      await session.query(`CREATE FUNCTION public.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
        CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.never);
        ALTER DATABASE shop SET search_path = public, pg_catalog`)
    }
    expect(await whileRunning('LOCK public.a; SELECT pg_sleep(60)')).toMatch(/with public\.a locked$/)
  })
})

describe('a rehearsal within its time limit', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'time-limit-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is not touched by it', async () => {
    const path = join(folder, 'dump.sql')
    await writeFile(path, dumpWith({}))
    expect((await rehearseDump(path, { timeLimit: '1h' })).record.verdict.answer).toBe('GO')
  })

  it('that is over before there is a server is UNDECIDED too', async () => {
    const path = join(folder, 'dump.sql')
    await writeFile(path, dumpWith({}))
    const { record } = await rehearseDump(path, { timeLimit: '1ms' })
    expect(record.verdict.answer).toBe('UNDECIDED')
    expect(record.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^the rehearsal was ended by its time limit of 1 ms/),
    )
  })
})
