import { describe, expect, test } from 'vitest'
import { readTouches } from './read-touches.ts'
import { relationKey } from './uses.ts'

const users = relationKey('public', 'users')
const orders = relationKey('public', 'orders')
const owners = new Map([[relationKey('public', 'users_email_idx'), users]])

function read(verb: string, sql: string) {
  const text = Buffer.from(sql)
  return readTouches({ kind: 'statement', offset: 0, line: 1, text, verb, object: null, label: null }, owners)
}

describe('what a statement does with which relation', () => {
  test.each([
    ['CREATE INDEX', 'CREATE UNIQUE INDEX users_email_idx ON public.users USING btree (lower(email));', users, 'index'],
    ['CREATE INDEX', 'CREATE INDEX i ON ONLY public.users USING gin (tags);', users, 'index'],
    [
      'ALTER TABLE ADD CONSTRAINT',
      'ALTER TABLE ONLY public.users\n    ADD CONSTRAINT k PRIMARY KEY (id);',
      users,
      'constraint',
    ],
    [
      'ALTER TABLE ADD CONSTRAINT',
      'ALTER TABLE ONLY public.users ADD CONSTRAINT k UNIQUE (a, b);',
      users,
      'constraint',
    ],
    [
      'CREATE TRIGGER',
      'CREATE TRIGGER t BEFORE UPDATE OF a ON public.users FOR EACH ROW EXECUTE FUNCTION public.f();',
      users,
      'definition',
    ],
    ['CREATE POLICY', `CREATE POLICY "on" ON public.users USING ((id = auth.uid()));`, users, 'definition'],
    [
      'ALTER TABLE ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;',
      users,
      'definition',
    ],
    ['ALTER TABLE CLUSTER ON', 'ALTER TABLE public.users CLUSTER ON k;', users, 'ordered'],
    ['COMMENT ON INDEX', `COMMENT ON INDEX public.users_email_idx IS 'x';`, users, 'ordered'],
    ['COMMENT ON TRIGGER', `COMMENT ON TRIGGER t ON public.users IS 'on';`, users, 'ordered'],
    [
      'SELECT setval',
      `SELECT pg_catalog.setval('public.users_id_seq', 5, true);`,
      'sequence public.users_id_seq',
      'ordered',
    ],
  ])('%s: %s', (verb, sql, key, use) => {
    expect(read(verb, sql)?.touches).toEqual([{ key, use }])
  })

  test('a foreign key uses both of its tables', () => {
    const sql =
      'ALTER TABLE ONLY public.orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;'
    expect(read('ALTER TABLE ADD CONSTRAINT', sql)?.touches).toEqual([
      { key: users, use: 'fk parent' },
      { key: orders, use: 'fk child' },
    ])
    const own = 'ALTER TABLE ONLY public.users ADD CONSTRAINT f FOREIGN KEY (boss) REFERENCES public.users(id);'
    expect(read('ALTER TABLE ADD CONSTRAINT', own)?.touches).toEqual([{ key: users, use: 'fk parent' }])
  })

  test.each([
    ['CREATE INDEX', 'CREATE INDEX i ON public.users USING btree (public.slug(name));', true],
    ['CREATE INDEX', 'CREATE INDEX i ON public.users USING gin (name public.gin_trgm_ops);', false],
    [
      'CREATE INDEX',
      'CREATE INDEX i ON public.users USING btree (lower(name)) WHERE pg_catalog.length(name) > 3;',
      false,
    ],
    [
      'ALTER TABLE ADD CONSTRAINT',
      'ALTER TABLE public.users ADD CONSTRAINT c CHECK (public.ok(name)) NOT VALID;',
      true,
    ],
  ])('%s waits for all rows where it calls a function of the dump: %s', (verb, sql, expected) => {
    expect(read(verb, sql)?.afterAllRows).toBe(expected)
  })

  test.each([
    ['CREATE INDEX', 'CREATE INDEX i ON users (a);'],
    ['CREATE INDEX', 'CREATE INDEX CONCURRENTLY i ON public.users (a);'],
    ['COMMENT ON INDEX', `COMMENT ON INDEX public.unknown IS 'x';`],
    ['COMMENT ON CONSTRAINT', `COMMENT ON CONSTRAINT c ON DOMAIN public.d IS 'x';`],
    ['REFRESH MATERIALIZED VIEW', 'REFRESH MATERIALIZED VIEW public.v;'],
    ['GRANT', 'GRANT SELECT ON TABLE public.users TO anon;'],
    ['SELECT', 'SELECT public.anything();'],
  ])('stays where it is when that is not certain: %s %s', (verb, sql) => {
    expect(read(verb, sql)).toBeNull()
  })
})
