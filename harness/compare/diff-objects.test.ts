import { describe, expect, it } from 'vitest'
import { diffObjects, type ObjectDiff } from './index.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'
import type { ObjectFact } from '../facts/index.ts'

function diffsOf(was: readonly ObjectFact[], is: readonly ObjectFact[]): readonly ObjectDiff[] {
  return diffObjects(factsOf({ objects: was }), factsOf({ objects: is }))
}

/** The lines that differ, of the one object that does. */
function changed(was: readonly ObjectFact[], is: readonly ObjectFact[]): string[] {
  const diffs = diffsOf(was, is)
  expect(diffs).toHaveLength(1)
  const [, , ...lines] = (diffs[0]?.diff ?? '').split('\n')
  return lines.filter((line) => /^[-+]/.test(line))
}

describe('a diff of objects', () => {
  it('shows a function as it is written, line by line', () => {
    const body = (line: string, rest = {}) =>
      objectOf('function', 'public.f(integer)', {
        arguments: 'n integer',
        returns: 'integer',
        language: 'plpgsql',
        body: `BEGIN\n  ${line}\nEND`,
        owner: null,
        ...rest,
      })
    const definer = { 'security definer': 'true' }
    const [diff] = diffsOf([body('RETURN 1;', { 'security definer': null })], [body('RETURN 2;', definer)])
    expect(diff).toMatchObject({ object: 'function public.f(integer)', gravity: 'gained access' })
    expect(diff?.diff).toBe(`--- baseline/function public.f(integer)
+++ restored/function public.f(integer)
@@ -1,8 +1,9 @@
 CREATE FUNCTION public.f(n integer)
   RETURNS integer
   LANGUAGE plpgsql
+  SECURITY DEFINER
 AS $function$
 BEGIN
-  RETURN 1;
+  RETURN 2;
 END
 $function$;
`)
  })

  it('shows a policy and a trigger a clause a line', () => {
    const policy = (using: string) =>
      objectOf('policy', 'public.t.own', { command: 'SELECT', type: 'permissive', roles: 'app', using })
    expect(changed([policy('(owner = 1)')], [policy('true')])).toEqual(['-  USING ((owner = 1));', '+  USING (true);'])
    const trigger = (when: string) =>
      objectOf('trigger', 'public.t.touch', {
        definition: `CREATE TRIGGER touch ${when} INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()`,
        fires: 'enabled',
      })
    expect(changed([trigger('BEFORE')], [trigger('AFTER')])).toEqual([
      '-  BEFORE INSERT ON public.t',
      '+  AFTER INSERT ON public.t',
    ])
  })

  it('shows privileges a line a grantee', () => {
    const table = (privileges: string) => objectOf('table', 'public.t', { privileges })
    expect(changed([table('app: SELECT')], [table('anon: INSERT, SELECT*\napp: SELECT')])).toEqual([
      '+GRANT INSERT ON TABLE public.t TO anon;',
      '+GRANT SELECT ON TABLE public.t TO anon WITH GRANT OPTION;',
    ])
  })

  it('shows a table that is missing with its columns, its constraints and its policies, once', () => {
    const parts = [
      objectOf('table', 'public.t', { owner: 'app', 'row security': 'true' }),
      objectOf('column', 'public.t.id', { position: '1', type: 'integer', 'not null': 'true' }),
      objectOf('column', 'public.t.word', { position: '2', type: 'text', default: "'x'::text", comment: 'a word' }),
      objectOf('constraint', 'public.t.t_pkey', { type: 'primary key', definition: 'PRIMARY KEY (id)' }),
      objectOf('policy', 'public.t.own', { command: 'ALL', type: 'permissive', roles: 'app', using: 'true' }),
    ]
    expect(changed(parts, []).map((line) => line.slice(1))).toEqual([
      'CREATE TABLE public.t (',
      '  id integer NOT NULL,',
      "  word text DEFAULT 'x'::text",
      ');',
      'ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;',
      'ALTER TABLE public.t OWNER TO app;',
      "COMMENT ON COLUMN public.t.word IS 'a word';",
      'ALTER TABLE public.t ADD CONSTRAINT t_pkey',
      '  PRIMARY KEY (id);',
      'CREATE POLICY own ON public.t',
      '  AS PERMISSIVE',
      '  FOR ALL',
      '  TO app',
      '  USING (true);',
    ])
    expect(changed([], parts)).toHaveLength(14)
  })

  it('lists the gravest first, and calls the sides as it is told', () => {
    const objects = (comment: string, privileges: string) => [
      objectOf('table', 'public.a', { comment }),
      objectOf('table', 'public.b', { privileges }),
    ]
    const [was, is] = [
      factsOf({ objects: objects('x', '(none)') }),
      factsOf({ objects: objects('y', 'PUBLIC: SELECT') }),
    ]
    const diffs = diffObjects(was, is, { sides: ['a.json', 'b.json'] })
    expect(diffs.map(({ object, gravity }) => [object, gravity])).toEqual([
      ['table public.b', 'gained access'],
      ['table public.a', 'cosmetic'],
    ])
    expect(diffs[0]?.diff).toContain('--- a.json/table public.b\n+++ b.json/table public.b\n')
  })

  it('shows texts that share nothing one after the other', () => {
    const long = (word: string) =>
      objectOf('function', 'public.f()', { body: Array.from({ length: 3_000 }, (_, n) => `${word} ${n}`).join('\n') })
    const lines = changed([long('a')], [long('b')])
    expect(lines.filter((line) => line.startsWith('-a '))).toHaveLength(3_000)
    expect(lines.filter((line) => line.startsWith('+b '))).toHaveLength(3_000)
  })

  it('is empty where nothing differs', () => {
    expect(diffsOf([objectOf('table', 'public.t')], [objectOf('table', 'public.t')])).toEqual([])
  })
})
