import { describe, expect, it } from 'vitest'
import { classify } from './classify.ts'
import { DemandDraft } from './demands.ts'
import { tokensOf } from './tokens.ts'

/** What a dump of these statements asks for, as `kind name version: objects` lines. */
function asked(...statements: readonly string[]): readonly string[] {
  const draft = new DemandDraft()
  for (const sql of statements) {
    const tokens = tokensOf(sql).toArray()
    const { verb, parts } = classify(tokens)
    draft.add(verb, parts?.join('.') ?? null, tokens)
  }
  return draft
    .finish()
    .map(({ kind, name, version, objects }) => `${kind} ${name}${version ? ` ${version}` : ''}: ${objects.join(', ')}`)
}

describe('a dump asks its server for', () => {
  it.each<[what: string, sql: string, lines: readonly string[]]>([
    ['an extension', 'CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA extensions;', ['extension postgis: postgis']],
    [
      'an extension of a version',
      `CREATE EXTENSION "uuid-ossp" WITH SCHEMA public VERSION '1.1';`,
      ['extension uuid-ossp 1.1: uuid-ossp'],
    ],
    ['a language', 'CREATE PROCEDURAL LANGUAGE plv8;', ['language plv8: plv8']],
    [
      'the language of a function',
      'CREATE FUNCTION app.f(a integer) RETURNS text LANGUAGE plperlu AS $_$ return 1 $_$;',
      ['language plperlu: app.f'],
    ],
    [
      'a library',
      `CREATE FUNCTION public.f() RETURNS integer LANGUAGE c STRICT AS '$libdir/ours', 'f';`,
      ['library $libdir/ours: public.f'],
    ],
    [
      'a locale of the C library, for a column',
      'CREATE TABLE public.t (a text COLLATE pg_catalog."fr_FR.utf8", b text COLLATE pg_catalog."C");',
      ['libc locale fr_FR.utf8: public.t'],
    ],
    [
      'a locale of ICU, for an index',
      'CREATE INDEX i ON public.t USING btree (a COLLATE "pg_catalog"."de-x-icu");',
      ['icu locale de: public.i'],
    ],
    [
      "the server's own locale, for a view",
      'CREATE VIEW public.v AS SELECT (t.a COLLATE pg_catalog.pg_c_utf8) AS a FROM public.t;',
      ['builtin locale C.UTF-8: public.v'],
    ],
    [
      'a locale, for a collation',
      `CREATE COLLATION public.phone (provider = icu, deterministic = false, locale = 'de-u-co-phonebk');`,
      ['icu locale de-u-co-phonebk: public.phone'],
    ],
    [
      'two locales, for a collation',
      `CREATE COLLATION public.mixed (provider = libc, lc_collate = 'fr_FR.utf8', lc_ctype = 'de_DE.utf8');`,
      ['libc locale de_DE.utf8: public.mixed', 'libc locale fr_FR.utf8: public.mixed'],
    ],
    [
      'the locales of a database',
      `CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LOCALE = 'en_US.UTF-8' ICU_LOCALE = 'en-US' TABLESPACE = fast;`,
      ['icu locale en-US: database shop', 'libc locale en_US.UTF-8: database shop', 'tablespace fast: database shop'],
    ],
    ['a tablespace', `CREATE TABLESPACE fast OWNER postgres LOCATION '/data/fast';`, ['tablespace fast: fast']],
    ['a tablespace, by a setting', 'SET default_tablespace = fast;', ['tablespace fast: ']],
    [
      'an access method, by a setting',
      'SET default_table_access_method = columnar;',
      ['access method columnar: default_table_access_method'],
    ],
    ['an access method', 'CREATE INDEX i ON public.t USING hnsw (v);', ['access method hnsw: public.i']],
  ])('%s', (_, sql, lines) => {
    expect(asked(sql)).toEqual(lines)
  })

  it.each([
    `SET default_tablespace = '';`,
    'SET default_table_access_method = heap;',
    `CREATE FUNCTION public.f() RETURNS integer LANGUAGE plpgsql AS $$ begin return 'LANGUAGE plv8'; end $$;`,
    `CREATE FUNCTION public.f() RETURNS internal LANGUAGE internal AS 'int4in';`,
    'CREATE TABLE public."USING" ("LANGUAGE" text, "COLLATE" text COLLATE pg_catalog."default");',
    'CREATE MATERIALIZED VIEW public.m AS SELECT a.x FROM public.a JOIN public.b USING (x) WITH NO DATA;',
    'CREATE INDEX i ON public.t USING gin (v COLLATE public.phone);',
    `CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'C';`,
  ])('nothing by %s', (sql) => {
    expect(asked(sql)).toEqual([])
  })

  it('nothing that it brings itself', () => {
    expect(
      asked(
        'CREATE ACCESS METHOD mine TYPE INDEX HANDLER public.handle;',
        'CREATE INDEX i ON public.t USING mine (a);',
      ),
    ).toEqual([])
  })

  it('an extension, by the routines whose bodies call it', () => {
    const draft = new DemandDraft()
    const routine = (name: string, body: string) =>
      `CREATE FUNCTION public.${name}() RETURNS void LANGUAGE plpgsql AS $_$ begin ${body} end $_$;`
    for (const sql of [
      'CREATE EXTENSION pg_net WITH SCHEMA extensions;',
      routine('tell', "perform net.http_post('https://example.org');"),
      routine('keep', 'perform internet.http_post(); -- the net. Nothing else'),
    ]) {
      const tokens = tokensOf(sql).toArray()
      const { verb, parts } = classify(tokens)
      draft.add(verb, parts?.join('.') ?? null, tokens)
    }
    expect(draft.finish()).toEqual([
      { kind: 'extension', name: 'pg_net', version: null, objects: ['pg_net'], callers: ['public.tell'] },
    ])
  })

  it('one thing once, with all that asks for it', () => {
    const function_ = (name: string) => `CREATE FUNCTION public.${name}() RETURNS text LANGUAGE plv8 AS $$ 1 $$;`
    expect(asked(function_('f'), function_('g'), function_('f'))).toEqual(['language plv8: public.f, public.g'])
  })
})
