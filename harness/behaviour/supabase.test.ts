import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { judgeWrites } from './judge-writes.ts'
import { probeWrites } from './probe-writes.ts'
import { compareBoth, copyWith, makeProduction, observeAgain, observeWithAccess } from './testing/api-databases.ts'
import { defaultAccess, listViewers } from './viewers.ts'

const payer = { role: 'authenticated', claims: { role: 'authenticated', app_metadata: { tier: 'paid' } } }
const request = { ...defaultAccess, roles: [payer] }

let server: DisposableServer
let production: Facts
let copies = 0
beforeAll(async () => {
  const need = { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await makeProduction(server, await readFile(new URL('testing/supabase-policies.sql', import.meta.url), 'utf8'))
  await using session = await server.connect('production')
  production = await observeWithAccess(session, 'dump-snapshot', request)
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function findingsOf(change: string) {
  copies += 1
  await using copy = await copyWith(server, `copy_${copies}`, change)
  return compareBoth(production, await observeAgain(copy, production.access ?? { viewers: [] }, request.roles))
}

/** Who sees more, or less, of what; the hashes of users and claims left out. */
async function differencesOf(change: string): Promise<readonly string[]> {
  const red = (await findingsOf(change)).filter(({ status, notice }) => status !== 'same' && !notice)
  return [
    ...new Set(
      red.map(({ object, gravity }) => {
        const who = (object ?? '').replace(/ [0-9a-f]{8}$/, '')
        return `${who}: ${gravity === undefined ? 'more' : 'less'}`
      }),
    ),
  ].toSorted()
}

/** Who sees as many rows as before, but not the same; and the key that alone was hashed. */
async function exchangedBy(change: string): Promise<readonly string[]> {
  const sights = (production.access?.viewers ?? []).flatMap(({ name, sights }) =>
    sights.map(({ relation, key = ['the whole row'] }) => [`${relation} as ${name}`, key.join()] as const),
  )
  const keys = new Map<string, string>(sights)
  return (await findingsOf(change))
    .filter(({ status, notice, message }) => status === 'differs' && !notice && message.includes('sees as many rows'))
    .map(({ object }) => `${object}, by ${keys.get(object ?? '')}`)
}

const rowsOf = (relation: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    (production.access?.viewers ?? []).map(({ name, sights }) => [
      name.replace(/ [0-9a-f]{8}$/, ''),
      sights.find((sight) => sight.relation === relation)?.rows,
    ]),
  )

test('viewers see what policies show them', () => {
  const bypassing = { service_role: 'all' }
  expect(rowsOf('public.notices')).toMatchObject({ ...bypassing, anon: '0', authenticated: '10', user: undefined })
  expect(rowsOf('public.drafts')).toMatchObject({
    ...bypassing,
    anon: '0',
    authenticated: '0',
    stranger: '0',
    user: '6',
  })
  expect(rowsOf('public.lounge')).toMatchObject({
    ...bypassing,
    anon: '0',
    authenticated: '0',
    stranger: '0',
    user: '9',
  })
  expect(rowsOf('public.plans')).toMatchObject({ anon: '0', authenticated: '1', 'authenticated with claims': '2' })
  expect(rowsOf('public.faq')).toMatchObject({ anon: 'all', authenticated: 'all', user: undefined })
  expect(rowsOf('storage.objects')).toMatchObject({ anon: '30', authenticated: '30', stranger: '30', user: '36' })
})

test('an equal copy is seen alike by all who looked before', async () => {
  const findings = await findingsOf('')
  expect(findings.map(({ status, notice }) => ({ status, notice }))).toEqual(
    (production.access?.viewers ?? []).map(() => ({ status: 'same', notice: false })),
  )
})

describe('a broken copy', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'users see by who they are what the row alone decided',
      'ALTER POLICY shown ON public.notices USING (shown OR author = auth.uid())',
      ['public.notices as user: more'],
    ],
    [
      'whoever is signed in is a member',
      'ALTER POLICY members ON public.lounge USING (auth.uid() IS NOT NULL)',
      ['public.lounge as stranger: more'],
    ],
    [
      'the function of a policy runs as who asks',
      'ALTER FUNCTION public.is_member() SECURITY INVOKER; REVOKE SELECT ON public.members FROM authenticated',
      ['public.lounge as user: less'],
    ],
    [
      'a policy reads another claim',
      `ALTER POLICY mine ON public.drafts USING (author::text = current_setting('request.jwt.claims', true)::json ->> 'user_id')`,
      ['public.drafts as user: less'],
    ],
    [
      'the claims are not looked at',
      `CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT '{"role": "authenticated"}'::jsonb $$`,
      ['public.plans as anon: more', 'public.plans as authenticated with claims: less'],
    ],
    ['a restrictive policy is gone', 'DROP POLICY signed ON public.plans', ['public.plans as anon: more']],
    [
      'the role that is asked for is another',
      `CREATE OR REPLACE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'anon' $$`,
      ['public.lounge as user: less'],
    ],
    [
      'what was open is filtered',
      'ALTER POLICY everybody ON public.faq USING (id = 1)',
      ['public.faq as anon: less', 'public.faq as authenticated: less'],
    ],
    [
      'every folder is everybody’s',
      `ALTER POLICY "everybody has a folder" ON storage.objects USING (bucket_id = 'avatars' AND auth.uid() IS NOT NULL)`,
      ['storage.objects as stranger: more', 'storage.objects as user: more'],
    ],
    [
      'a bucket is open',
      `ALTER POLICY "anybody sees what is shared" ON storage.objects USING (true)`,
      ['storage.objects as anon: more', 'storage.objects as user: more'],
    ],
    [
      'the function of the storage’s policy is another',
      `CREATE OR REPLACE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql AS $$ SELECT '{}'::text[] $$`,
      ['storage.objects as user: less'],
    ],
    [
      'only some columns may be read, where all could be',
      'REVOKE SELECT ON public.faq FROM anon; GRANT SELECT (id) ON public.faq TO anon',
      ['public.faq as anon: less'],
    ],
    [
      'all columns may be read, where only some could be',
      'GRANT SELECT ON public.members TO authenticated',
      ['public.members as authenticated: more'],
    ],
  ])('%s', async (_, change, expected) => {
    expect(await differencesOf(change)).toEqual(expect.arrayContaining([...expected]))
  })

  test('a policy that shows as many rows, but others, by keys alone', async () => {
    const others = 'ALTER POLICY shown ON public.notices USING (id % 3 = 1)'
    expect(await exchangedBy(others)).toContain('public.notices as authenticated, by id')
    const shared = `ALTER POLICY "anybody sees what is shared" ON storage.objects USING (bucket_id = 'avatars')`
    expect(await exchangedBy(shared)).toContain('storage.objects as anon, by id')
  })
})

describe('what is no difference', () => {
  test('the same filter, asked in another way', async () => {
    const change = `ALTER POLICY shown ON public.notices USING (shown AND auth.jwt() IS NOT NULL);
      ALTER POLICY everybody ON public.faq USING (id > 0);
      ALTER POLICY mine ON public.drafts USING (author = auth.uid());
      ALTER FUNCTION public.is_member() STABLE PARALLEL SAFE`
    expect(await differencesOf(change)).toEqual([])
  })

  test('rows whose content changed, told by the check of rows', async () => {
    expect(await differencesOf(`UPDATE public.notices SET word = 'another'`)).toEqual([])
  })

  test('a key that is gone: the rows are then compared by count', async () => {
    const findings = await findingsOf('ALTER TABLE public.notices DROP CONSTRAINT notices_pkey')
    expect(findings.filter(({ status }) => status === 'differs')).toEqual([])
    expect(findings.find(({ status }) => status === 'not-checked')).toMatchObject({ notice: true })
  })
})

test('a copy without users says that nobody looked as them', async () => {
  const findings = await findingsOf('DROP TABLE auth.users CASCADE')
  const open = findings.filter(({ status }) => status === 'not-checked')
  expect(open).toHaveLength(3)
  expect(open[0]).toMatchObject({ notice: true, remedy: 'back up auth.users too, to see what users see' })
  expect(findings.filter(({ status }) => status === 'same').map(({ object }) => object)).toContain('stranger')
})

describe('writes', () => {
  async function failuresOf(change: string): Promise<readonly string[]> {
    copies += 1
    await using copy = await copyWith(server, `copy_${copies}`, change)
    const viewers = await listViewers(copy, request)
    const limits = { isCutOff: true, statementTimeoutMs: 5_000, deadlineMs: 60_000 }
    const probe = await probeWrites(copy, production, { ...limits, viewers })
    return judgeWrites(probe, { definitions: 'unknown', behindBefore: new Set() })
      .filter(({ status }) => status === 'differs')
      .map(({ object, actual }) => `${object} ${actual}`)
  }

  const gone =
    'CREATE FUNCTION public.late(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN true; END $$;'
  const lose = `CREATE OR REPLACE FUNCTION public.late(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN no_such(); END $$`

  test('go well where nothing is missing', async () => {
    expect(await failuresOf('')).toEqual([])
  })

  test.each<readonly [string, string]>([
    ['a check', `${gone} ALTER TABLE public.plans ADD CHECK (public.late(id)); ${lose}`],
    [
      'a computed value',
      `${gone} ALTER TABLE public.plans ADD b boolean GENERATED ALWAYS AS (public.late(id)) STORED; ${lose}`,
    ],
    [
      'a policy of writers',
      `${gone} CREATE POLICY w ON public.plans FOR UPDATE USING (public.late(id)); GRANT UPDATE ON public.plans TO authenticated; ${lose}`,
    ],
    [
      'a row that is deleted with it',
      `CREATE TABLE public.seats (plan int REFERENCES public.plans ON DELETE CASCADE); INSERT INTO public.seats VALUES (1), (2), (3);
      CREATE FUNCTION public.freed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such(); RETURN OLD; END $$;
      CREATE TRIGGER freed BEFORE DELETE ON public.seats FOR EACH ROW EXECUTE FUNCTION public.freed()`,
    ],
  ])('fail where %s calls what is gone', async (_, change) => {
    expect(await failuresOf(change)).toContain('public.plans 42883')
  })
})
