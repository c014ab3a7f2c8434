import { describe, expect, it } from 'vitest'
import { flatEntries } from '../testing/flat-entries.ts'

const dump = String.raw`--
-- PostgreSQL database dump
--

\restrict abcDEF123

-- Dumped from database version 15.18
-- Dumped by pg_dump version 17.11

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id bigint NOT NULL,
    note text DEFAULT ';--'''::text
);


ALTER TABLE public.users OWNER TO postgres;

--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
  -- PostgreSQL database dump complete
  RETURN NEW; -- $$ '
END $_$;


CREATE FUNCTION public.two() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN true THEN 1 ELSE 2 END AS "case";
 SELECT 2;
END;


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users (id, "Note") FROM stdin;
1	it's; a -- row
2	\\.
3	\N
\.


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.users_id_seq', 3, true);

INSERT INTO public.log (a, b) VALUES
	(1, 'x;(y)'),
	(2, NULL);

--
-- PostgreSQL database dump complete
--

\unrestrict abcDEF123

`

describe('reading a plain dump', () => {
  it('gives its statements, rows and end in order', async () => {
    const entries = await flatEntries(dump)
    expect(entries.map((entry) => entry['verb'] ?? entry['kind'])).toEqual([
      'SET',
      'SET',
      'SELECT set_config',
      'CREATE TABLE',
      'ALTER TABLE OWNER TO',
      'CREATE FUNCTION',
      'CREATE FUNCTION',
      'copy',
      'SELECT setval',
      'insert',
      'end',
    ])
    expect(entries[3]).toMatchObject({
      object: 'public.users',
      label: { type: 'TABLE', schema: 'public', name: 'users', owner: 'postgres' },
      line: 18,
    })
    expect(entries[7]).toMatchObject({
      table: { schema: 'public', name: 'users' },
      columns: ['id', 'Note'],
      rows: "1\tit's; a -- row\n2\t\\\\.\n3\t\\N\n",
      counted: { rows: 3, terminated: true },
    })
    expect(entries[8]).toMatchObject({ object: 'public.users_id_seq', label: { type: 'SEQUENCE SET' } })
    expect(entries[9]).toMatchObject({ rows: 2, table: { schema: 'public', name: 'log' } })
    expect(entries.at(-1)).toMatchObject({ kind: 'end', completeness: 'complete' })
  })

  it.each([1, 2, 3, 7, 64, 1000])('gives the same entries in chunks of %i bytes', async (chunkBytes) => {
    expect(await flatEntries(dump, { chunkBytes })).toEqual(await flatEntries(dump))
  })

  it('knows wherever it is cut that it is not complete', async () => {
    const marker = dump.indexOf('-- PostgreSQL database dump complete\n--\n\n\\unrestrict')
    for (let length = 1; length < marker + 36; length += 1) {
      const entries = await flatEntries(dump.slice(0, length))
      expect(entries.at(-1), `cut at ${length}`).toMatchObject({ kind: 'end' })
      const isAccepted =
        entries.every((entry) => entry['kind'] !== 'problem') && entries.at(-1)?.['completeness'] === 'complete'
      expect(isAccepted, `cut at ${length}`).toBe(false)
    }
  })
})
