import { describe, expect, test } from 'vitest'
import { readMentions } from './read-mentions.ts'
import { relationKey } from './uses.ts'

function mentions(verb: string, sql: string): readonly string[] | null {
  const text = Buffer.from(sql)
  const entry = { kind: 'statement', offset: 0, line: 1, text, verb, object: null, label: null } as const
  return readMentions(entry)?.map(({ key }) => key) ?? null
}

const key = (name: string): string => relationKey('public', name)

describe('what a definition names', () => {
  test.each([
    ['CREATE TABLE', 'CREATE TABLE public.a (id bigint, kind public.mood, PRIMARY KEY (id));', [key('a'), key('mood')]],
    ['CREATE TABLE', 'CREATE TABLE public.b (x public.a[])\nINHERITS (public.p);', [key('b'), key('a'), key('p')]],
    ['CREATE TABLE', 'CREATE TABLE public.c PARTITION OF public.p DEFAULT;', [key('c'), key('p')]],
    [
      'ALTER TABLE ALTER COLUMN SET DEFAULT',
      `ALTER TABLE ONLY public.a ALTER COLUMN id SET DEFAULT nextval('public.a_id_seq'::regclass);`,
      [key('a'), key('a_id_seq')],
    ],
    ['ALTER SEQUENCE OWNED BY', 'ALTER SEQUENCE public.a_id_seq OWNED BY public.a.id;', [key('a_id_seq'), key('a')]],
    ['COMMENT ON COLUMN', `COMMENT ON COLUMN public.a.id IS 'see public.b.';`, [key('a'), key('b')]],
  ])('%s: %s', (verb, sql, expected) => {
    expect(mentions(verb, sql)).toEqual(expected)
  })

  test.each([
    ['CREATE VIEW', 'CREATE VIEW public.v AS SELECT 1;'],
    ['CREATE FUNCTION', 'CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql RETURN 1;'],
    ['ALTER TABLE ADD COLUMN', 'ALTER TABLE public.a ADD COLUMN b integer;'],
  ])('nothing is told of %s', (verb, sql) => {
    expect(mentions(verb, sql)).toBeNull()
  })
})
