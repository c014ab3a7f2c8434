import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inspectDump } from './inspect-dump.ts'

const dump = `--
-- PostgreSQL database dump
--

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 17.11

SET client_encoding = 'UTF8';

--
-- Name: private; Type: SCHEMA; Schema: -; Owner: app
--

CREATE SCHEMA private;

--
-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;

SET default_tablespace = '';

--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    email extensions.citext,
    slice int GENERATED ALWAYS AS ((nums)[1:users.id]) STORED,
    owner uuid REFERENCES auth.users(id)
);

ALTER TABLE public.users OWNER TO postgres;

--
-- Name: v; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.v AS
 SELECT u.id, users2.email, ('x'::kinds.kind) AS k
   FROM (public.users u JOIN public.users2 ON ((u.id = users2.id)));

--
-- Name: users own rows; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY "own rows" ON public.users TO authenticated, "Odd Role" USING ((( SELECT auth.uid() AS uid) = id));

CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $_$
begin
  -- cron.schedule() is not called.
  perform "net".http_post((select k.x from vault.decrypted_secrets as k), k.length());
  return new.id;
end $_$;

GRANT SELECT ON TABLE public.users TO anon WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE chief IN SCHEMA public GRANT SELECT ON TABLES TO readers;

--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users (id, email) FROM stdin;
1	vault.x
2	y
\\.

COPY private.empty (id) FROM stdin;
\\.

--
-- Data for Name: identities; Type: TABLE DATA; Schema: auth; Owner: auth_admin
--

INSERT INTO auth.identities VALUES (1);
INSERT INTO auth.identities VALUES (2);
INSERT INTO "auth"."sessions" ("id", "odd, ""name""", "größe") OVERRIDING SYSTEM VALUE VALUES
	(1, 'a', 2);

--
-- Name: tokens_id_seq; Type: SEQUENCE SET; Schema: auth; Owner: app
--

SELECT pg_catalog.setval('"auth"."tokens_id_seq"', 7, true);

--
-- Name: Odd; Type: PUBLICATION; Schema: -; Owner: app
--

CREATE PUBLICATION "Odd" FOR ALL TABLES;

--
-- PostgreSQL database dump complete
--

`

it('says what a dump holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inspect-dump-'))
  try {
    const path = join(folder, 'dump.sql')
    await writeFile(path, dump)
    expect(await inspectDump(path)).toEqual({
      path,
      format: 'plain',
      compression: 'none',
      fileBytes: Buffer.byteLength(dump),
      plainBytes: Buffer.byteLength(dump),
      writer: 'pg_dump',
      serverVersion: '15.18 (Debian 15.18-0+deb12u1)',
      toolVersion: '17.11',
      encoding: 'UTF8',
      completeness: 'complete',
      holds: { schema: true, data: true, roles: false },
      databases: [],
      schemas: ['auth', 'private', 'public'],
      schemasCreated: ['private'],
      schemasMentioned: ['auth', 'extensions', 'kinds', 'public'],
      schemasCalled: ['k', 'net', 'vault'],
      tables: [
        { schema: 'auth', name: 'identities', rows: 2, bytes: 78, defined: false, hasData: true },
        { schema: 'auth', name: 'sessions', rows: 1, bytes: 109, defined: false, hasData: true },
        { schema: 'private', name: 'empty', rows: 0, bytes: 0, defined: false, hasData: true },
        { schema: 'public', name: 'users', rows: 2, bytes: 14, defined: true, hasData: true },
      ],
      bareTables: [
        { schema: 'auth', name: 'identities', columns: [] },
        { schema: 'auth', name: 'sessions', columns: ['id', 'odd, "name"', 'größe'] },
        { schema: 'private', name: 'empty', columns: ['id'] },
      ],
      sequencesSet: [{ schema: 'auth', name: 'tokens_id_seq' }],
      publicationsCreated: ['Odd'],
      entries: {
        EXTENSION: 1,
        POLICY: 1,
        PUBLICATION: 1,
        SCHEMA: 1,
        'SEQUENCE SET': 1,
        TABLE: 1,
        'TABLE DATA': 4,
        VIEW: 1,
      },
      extensions: ['uuid-ossp'],
      demands: [{ kind: 'extension', name: 'uuid-ossp', version: null, objects: ['uuid-ossp'], callers: [] }],
      rolesCreated: [],
      rolesMentioned: ['Odd Role', 'anon', 'app', 'authenticated', 'chief', 'postgres', 'readers'],
      superusers: [],
      grantors: [],
      problems: [],
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
