import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { tryConstraints } from './try-constraints.ts'

let server: DisposableServer
beforeAll(async () => {
  const need = { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await using session = await server.connect('postgres')
  await session.query(`
    CREATE TABLE public.parent (id int PRIMARY KEY); INSERT INTO public.parent VALUES (1);
    CREATE TABLE public.child (id int PRIMARY KEY, parent int); INSERT INTO public.child VALUES (1, 1), (2, 9);
    CREATE TABLE public.sound (parent int REFERENCES public.parent, n int CHECK (n > 0)); INSERT INTO public.sound VALUES (1, 1)`)
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function noticesOf(change: string): Promise<readonly (string | null)[]> {
  await using session = await server.connect('postgres')
  await session.query(change)
  try {
    const findings = await tryConstraints(session, ['public'], 10_000)
    expect(findings.filter(({ notice }) => !notice)).toEqual([])
    return findings.map(({ object, message }) => `${object}${message.endsWith('off') ? ' off' : ''}`)
  } finally {
    await session.query(`ALTER TABLE public.child DROP CONSTRAINT IF EXISTS key, DROP CONSTRAINT IF EXISTS small`)
    await session.query(`ALTER TABLE public.sound ENABLE TRIGGER ALL`)
  }
}

describe('a constraint that nobody guards', () => {
  test('and rows that refer to what is not there', async () => {
    const key = 'ALTER TABLE public.child ADD CONSTRAINT key FOREIGN KEY (parent) REFERENCES public.parent NOT VALID'
    expect(await noticesOf(key)).toEqual(['public.child.key'])
  })

  test('and rows that do not meet it', async () => {
    expect(await noticesOf('ALTER TABLE public.child ADD CONSTRAINT small CHECK (parent < 5) NOT VALID')).toEqual([
      'public.child.small',
    ])
  })

  test('and that says it is validated, with its triggers off', async () => {
    const off = `ALTER TABLE public.child ADD CONSTRAINT key FOREIGN KEY (parent) REFERENCES public.parent NOT VALID;
      ALTER TABLE public.child DISABLE TRIGGER ALL; UPDATE pg_constraint SET convalidated = true WHERE conname = 'key'`
    expect(await noticesOf(off)).toEqual(['public.child.key off'])
  })
})

test('rows that meet them are no news', async () => {
  const sound = `ALTER TABLE public.child ADD CONSTRAINT small CHECK (parent < 50) NOT VALID; ALTER TABLE public.sound DISABLE TRIGGER ALL`
  expect(await noticesOf(sound)).toEqual([])
})
