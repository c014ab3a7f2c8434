import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { parseFacts, serialiseFacts, type Facts } from '../facts/index.ts'
import { compareAccess } from './compare-access.ts'
import { compareBoth, copyWith, observeWithAccess, makeProduction } from './testing/api-databases.ts'

let server: DisposableServer
let production: Facts
let copies = 0
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await makeProduction(server)
  await using session = await server.connect('production')
  production = await observeWithAccess(session, 'dump-snapshot')
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function findingsOf(change: string) {
  copies += 1
  await using copy = await copyWith(server, `copy_${copies}`, change)
  return compareBoth(production, await observeWithAccess(copy, 'restored'))
}

/** What counts against the backup; who gained something is marked. */
const redOf = (findings: Awaited<ReturnType<typeof findingsOf>>): string[] =>
  findings
    .filter(({ status, notice }) => status !== 'same' && !notice)
    .map(({ object, gravity }) => `${object}${gravity === undefined ? ': gained' : ''}`)

test('every API role and the first users look, and no id is written down', () => {
  const viewers = production.access?.viewers ?? []
  expect(viewers.map(({ name }) => name.replace(/ [0-9a-f]{8}$/, ' #'))).toEqual([
    'anon',
    'authenticated',
    'service_role',
    'stranger',
    'user #',
    'user #',
    'user #',
  ])
  expect(JSON.stringify(viewers)).not.toMatch(/00000000-0000|example\.org/)
  const anon = viewers[0]?.sights.map(({ relation, rows, privileges }) => `${relation} ${privileges} ${rows}`)
  expect(anon).toEqual([
    'public.authors SELECT 5',
    'public.countries SELECT all',
    'public.my_posts SELECT 15',
    'public.post_counts SELECT unread',
    'public.posts SELECT 15',
    'public.recent SELECT 30',
  ])
  const staff = viewers
    .find(({ name }) => name.startsWith('user'))
    ?.sights.find(({ relation }) => relation === 'public.members')
  expect(staff).toMatchObject({
    privileges: 'SELECT, UPDATE',
    columns: ['id', 'name'],
    key: ['id'],
    rows: expect.stringMatching(/^[15]$/),
  })
})

test('a facts file holds it', () => {
  expect(parseFacts(serialiseFacts(production)).access).toEqual(production.access)
})

test('an equal database is seen alike by everybody', async () => {
  const findings = await findingsOf('')
  expect(redOf(findings)).toEqual([])
  expect(findings).toHaveLength(7)
})

describe('a broken copy', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'row security is off',
      'ALTER TABLE public.posts DISABLE ROW LEVEL SECURITY',
      ['public.posts as anon: gained', 'public.my_posts as anon: gained'],
    ],
    ['a policy is gone', 'DROP POLICY published ON public.posts', ['public.posts as anon', 'public.my_posts as anon']],
    [
      'a policy lets everybody in',
      'ALTER POLICY published ON public.posts USING (true)',
      ['public.posts as anon: gained'],
    ],
    [
      'a policy shows other rows',
      'ALTER POLICY published ON public.posts USING (NOT published)',
      ['public.posts as anon: gained'],
    ],
    [
      'a policy is for fewer roles',
      'ALTER POLICY published ON public.posts TO authenticated',
      ['public.posts as anon'],
    ],
    ['anon may read what it may not', 'GRANT SELECT ON public.secrets TO anon', ['public.secrets as anon: gained']],
    [
      'everybody may',
      'GRANT SELECT ON public.secrets TO PUBLIC',
      ['public.secrets as anon: gained', 'public.secrets as service_role: gained'],
    ],
    ['anon may write', 'GRANT DELETE ON public.posts TO anon', ['public.posts as anon: gained']],
    [
      'one more column',
      'GRANT SELECT (salary) ON public.members TO authenticated',
      ['public.members as authenticated: gained'],
    ],
    ['a grant is gone', 'REVOKE SELECT ON public.countries FROM anon', ['public.countries as anon']],
    ['the schema may not be used', 'REVOKE USAGE ON SCHEMA public FROM anon, PUBLIC', ['public.countries as anon']],
    [
      'a function that a policy calls says yes to everybody',
      'CREATE OR REPLACE FUNCTION public.is_staff() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$',
      ['public.members as authenticated: gained'],
    ],
    [
      'a function that a policy calls fails',
      `CREATE OR REPLACE FUNCTION public.is_staff() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN no_such(); END $$`,
      ['public.members as authenticated'],
    ],
    [
      'a policy may not call its function',
      'REVOKE EXECUTE ON FUNCTION auth.uid() FROM PUBLIC',
      ['public.posts as authenticated'],
    ],
    [
      'a view runs as its owner',
      'ALTER VIEW public.my_posts RESET (security_invoker)',
      ['public.my_posts as anon: gained'],
    ],
    ['a view runs as who asks', 'ALTER VIEW public.authors SET (security_invoker = true)', ['public.authors as anon']],
  ])('%s', async (_, change, expected) => {
    expect(redOf(await findingsOf(change))).toEqual(expect.arrayContaining([...expected]))
  })

  test('a user who is somebody else now is seen, though nobody else sees a difference', async () => {
    const red = redOf(
      await findingsOf(`CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT CASE WHEN current_setting('request.jwt.claim.sub', true) <> '' THEN '00000000-0000-4000-8000-000000000005'::uuid END $$`),
    )
    expect(red.length).toBeGreaterThan(0)
    expect(red.filter((object) => !/ as (?:user [0-9a-f]{8}|stranger)/.test(object))).toEqual([])
  })
})

describe('what is no difference', () => {
  test('rows that are gone are not news here: the check of rows tells', async () => {
    expect(redOf(await findingsOf('DELETE FROM public.posts WHERE id < 9'))).toEqual([])
  })

  test('a table that is gone is told by the check of tables', async () => {
    expect(redOf(await findingsOf('DROP TABLE public.secrets, public.countries'))).toEqual([])
  })

  test('row security that is forced on its owner, a policy spelled otherwise, rows in another order', async () => {
    const change = `ALTER POLICY published ON public.posts USING (published = true);
      CREATE TABLE public.aside AS SELECT * FROM public.countries; TRUNCATE public.countries;
      INSERT INTO public.countries SELECT * FROM public.aside ORDER BY code DESC; DROP TABLE public.aside`
    expect(redOf(await findingsOf(change))).toEqual([])
  })

  test('a view that asks for the moment is a notice', async () => {
    const findings = await findingsOf(`CREATE OR REPLACE VIEW public.recent AS
      SELECT p.id FROM public.posts AS p WHERE p.published_at < now() - interval '100 years'`)
    expect(redOf(findings)).toEqual([])
    expect(findings.filter(({ notice }) => notice).map(({ object }) => object)).toContain('public.recent as anon')
  })
})

test('against live production, a sight may drift by as much as its table may; one that was closed may not open', async () => {
  await using copy = await copyWith(server, 'drifted', `UPDATE public.posts SET published = true WHERE id = 1`)
  const restored = await observeWithAccess(copy, 'restored')
  const redWith = (drift: number, before: Facts) => {
    const [was, is] = [before.access ?? { viewers: [] }, restored.access ?? { viewers: [] }]
    const sides = { baseline: before, restored, baselineKind: 'live', notCovered: [] } as const
    return redOf(compareAccess(was, is, { ...sides, driftOf: () => drift }))
  }
  expect(redWith(0, production)).toContain('public.posts as anon: gained')
  expect(redWith(0.05, production).filter((object) => object.startsWith('public.posts'))).toEqual([])
  await using closed = await copyWith(server, 'closed', 'ALTER POLICY published ON public.posts USING (false)')
  expect(redWith(0.9, await observeWithAccess(closed, 'live'))).toEqual(
    expect.arrayContaining(['public.posts as anon: gained', 'public.posts as stranger: gained']),
  )
})

test('a role of the config looks with its claims and settings', async () => {
  const request = {
    users: 0,
    roles: [
      { role: 'keeper', claims: { sub: '00000000-0000-4000-8000-000000000001' }, settings: { 'app.tenant': '7' } },
    ],
  }
  const grant = `GRANT USAGE ON SCHEMA public, auth TO keeper; GRANT SELECT ON public.posts TO keeper;
    CREATE POLICY keep ON public.posts TO keeper USING (author = auth.uid() AND current_setting('app.tenant') = '7')`
  await using copy = await copyWith(server, 'with_keeper', grant)
  const facts = await observeWithAccess(copy, 'dump-snapshot', request)
  const keeper = facts.access?.viewers.find(({ role }) => role === 'keeper')
  expect(keeper?.name).toMatch(/^keeper with claims [0-9a-f]{8}$/)
  expect(keeper?.sights).toMatchObject([{ relation: 'public.posts', rows: '6' }])
})

test('an observer that may not act as a role says how to let it', async () => {
  await using session = await copyWith(server, 'observed', '')
  await session.query(`CREATE ROLE watcher LOGIN; GRANT pg_read_all_data TO watcher; GRANT anon TO watcher;
    ALTER ROLE watcher BYPASSRLS; SET SESSION AUTHORIZATION watcher`)
  const facts = await observeWithAccess(session, 'live')
  expect(facts.access?.viewers.map(({ role, blocked }) => [role, blocked?.remedy ?? null])).toEqual([
    ['anon', null],
    ['authenticated', 'GRANT authenticated TO watcher'],
    ['service_role', 'GRANT service_role TO watcher'],
    ...[0, 1, 2, 3].map(() => ['authenticated', 'GRANT authenticated TO watcher']),
  ])
  const findings = compareBoth(facts, production)
  expect(findings.filter(({ status }) => status === 'not-checked')[0]).toMatchObject({
    object: 'role authenticated',
    notice: false,
    remedy: 'GRANT authenticated TO watcher',
  })
})

test('without API roles there is nobody to look as, and that is an answer', async () => {
  const bare = { ...production, access: { viewers: [] } }
  expect(compareBoth(bare, bare)).toMatchObject([{ check: 'access', status: 'same' }])
})
