import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isShutIn } from '../engine/embedded/testing/shut-in.ts'
import { embeddedEngine, type Engine } from '../engine/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

let folder = ''
let listener: Server
let connections = 0
let port = 0
beforeAll(async () => {
  // Open to every user of the machine: it is not by rights that the server is kept from it.
  folder = await mkdtemp(join(tmpdir(), 'hostile-code-'))
  await chmod(folder, 0o777)
  await writeFile(join(folder, 'secret'), 'secret of the harness', { mode: 0o644 })
  listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, resolve))
  port = (listener.address() as AddressInfo).port
})
afterAll(async () => {
  listener.close()
  await rm(folder, { recursive: true, force: true })
})

/** The embedded engine, and where its server's files were. */
function watchedEngine(): { readonly engine: Engine; readonly folders: string[] } {
  const embedded = embeddedEngine()
  const folders: string[] = []
  const engine: Engine = {
    ...embedded,
    start: async (need, options) => {
      const server = await embedded.start(need, options)
      folders.push(server.address.host)
      return server
    },
  }
  return { engine, folders }
}

/** Event triggers are off in servers of 17, so the dumps say that they are of 15. */
async function write(text: string, name = 'dump.sql'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text.replaceAll('17.10', '15.18'))
  return path
}

/** Where it can not be, no superuser restores: limited-rights.test.ts. */

const shutIn = { network: 'none', files: 'own root', diesWithParent: true } as const

describe.runIf(isShutIn)('a statement that only a superuser may run (only where a server can be shut in)', () => {
  const program = (command: string): string =>
    `DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''${command}'''; END $$;`
  const connection = (): string => `host=127.0.0.1 port=${port} dbname=x connect_timeout=2`

  it.for<readonly [string, () => string]>([
    ['COPY TO PROGRAM', () => `COPY public.item TO PROGRAM 'touch ${folder}/canary';`],
    ['COPY TO PROGRAM out of a block', () => program(`touch ${folder}/canary`)],
    ['a program that calls out', () => program(`exec 3<>/dev/tcp/127.0.0.1/${port}`)],
    ['a program that stays', () => program(`(sleep 600; touch ${folder}/canary) >/dev/null 2>&1 </dev/null &`)],
    ['COPY FROM a file', () => `CREATE TABLE public.t (x text);\nCOPY public.t FROM '${folder}/secret';`],
    ['pg_read_file', () => `CREATE TABLE public.t AS SELECT pg_catalog.pg_read_file('${folder}/secret') AS x;`],
    ['pg_ls_dir', () => `CREATE TABLE public.t AS SELECT pg_catalog.pg_ls_dir('${folder}') AS x;`],
    ['lo_import', () => `SELECT pg_catalog.lo_import('${folder}/secret');`],
    ['lo_export', () => `DO $$ BEGIN PERFORM lo_export(lo_from_bytea(0, 'x'), '${folder}/canary'); END $$;`],
    ['LOAD', () => `LOAD '${folder}/secret';`],
    ['a function in C', () => `CREATE FUNCTION public.f() RETURNS void LANGUAGE c AS '${folder}/secret', 'f';`],
    ['ALTER SYSTEM', () => `ALTER SYSTEM SET archive_command = 'touch ${folder}/canary';`],
    ['CREATE ROLE SUPERUSER', () => `CREATE ROLE evil SUPERUSER LOGIN;\nSET SESSION AUTHORIZATION evil;`],
    ['CREATE SUBSCRIPTION', () => `CREATE SUBSCRIPTION s CONNECTION '${connection()}' PUBLICATION p;`],
    ['dblink', () => `CREATE EXTENSION dblink WITH SCHEMA public;\nSELECT public.dblink_connect('${connection()}');`],
    [
      'postgres_fdw',
      () =>
        `CREATE EXTENSION postgres_fdw WITH SCHEMA public;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${port}', connect_timeout '2');
CREATE USER MAPPING FOR PUBLIC SERVER far;
CREATE FOREIGN TABLE public.t (x text) SERVER far;
CREATE MATERIALIZED VIEW public.m AS SELECT * FROM public.t;`,
    ],
    ['plperlu', () => 'CREATE EXTENSION plperlu;'],
    ['plpython3u', () => 'CREATE EXTENSION plpython3u;'],
  ])('reaches nothing of ours: %s', async ([, statement]) => {
    const { engine, folders } = watchedEngine()
    const { record, facts } = await rehearseDump(await write(dumpWith({ definitions: statement() })), { engine })
    expect(existsSync(join(folder, 'canary'))).toBe(false)
    expect((await readdir(folder)).sort()).toEqual(['dump.sql', 'secret'])
    expect(connections).toBe(0)
    expect(JSON.stringify({ record, facts })).not.toContain('secret of the harness')
    // Whatever it began has ended with its server.
    expect(folders.filter(existsSync)).toEqual([])
    const { network, files, diesWithParent } = record.engine?.isolation ?? shutIn
    expect({ network, files, diesWithParent }).toEqual(shutIn)
  })
})

/** Ways for code to run while a dump is restored: by `evil`, which says that it is immutable and is not. */
const vectors: readonly (readonly [what: string, statements: string, running: string])[] = [
  [
    'a CHECK constraint',
    'ALTER TABLE public.item ADD CHECK (public.evil(id) > 0);',
    'COPY public.item was running, with public.item locked',
  ],
  [
    'a generated column',
    'CREATE TABLE public.t (id integer, more integer GENERATED ALWAYS AS (public.evil(id)) STORED);\nINSERT INTO public.t VALUES (1);',
    'INSERT INTO public.t VALUES was running, with public.t locked',
  ],
  [
    'a domain',
    'CREATE DOMAIN public.d AS integer CHECK (public.evil(VALUE) > 0);\nCREATE TABLE public.t (id public.d);\nCOPY public.t (id) FROM stdin;\n1\n\\.\n',
    'COPY public.t was running, with public.t locked',
  ],
  [
    'an index expression',
    'CREATE TABLE public.t (id integer);\nINSERT INTO public.t VALUES (1);\nCREATE INDEX t_evil ON public.t (public.evil(id));',
    'CREATE INDEX t_evil ON public.t was running, with public.t locked',
  ],
  [
    'a default',
    'CREATE TABLE public.t (id integer, more integer DEFAULT public.evil(1));\nCOPY public.t (id) FROM stdin;\n1\n\\.\n',
    'COPY public.t was running, with public.t locked',
  ],
  [
    'a trigger',
    'CREATE TRIGGER t BEFORE INSERT ON public.item FOR EACH ROW EXECUTE FUNCTION public.evil_trigger();',
    'COPY public.item was running, with public.item locked',
  ],
  [
    'an event trigger',
    'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.evil_event();\nCREATE TABLE public.t ();',
    'CREATE TABLE public.t was running',
  ],
  [
    'a materialised view',
    'CREATE MATERIALIZED VIEW public.m AS SELECT public.evil(1) AS x WITH NO DATA;\nREFRESH MATERIALIZED VIEW public.m;',
    'REFRESH MATERIALIZED VIEW public.m was running, with public.m locked',
  ],
  [
    'a rule',
    'CREATE TABLE public.t (id integer);\nCREATE RULE r AS ON INSERT TO public.t DO ALSO SELECT public.evil(NEW.id);\nINSERT INTO public.t VALUES (1);',
    'INSERT INTO public.t VALUES was running, with public.t locked',
  ],
  [
    'a cast',
    'CREATE TYPE public.c AS (x integer);\nCREATE FUNCTION public.cast_it(integer) RETURNS public.c LANGUAGE sql AS $$ SELECT ROW(public.evil($1))::public.c $$;\nCREATE CAST (integer AS public.c) WITH FUNCTION public.cast_it(integer) AS ASSIGNMENT;\nCREATE TABLE public.t (x public.c);\nINSERT INTO public.t SELECT 1;',
    'INSERT INTO public.t SELECT was running, with public.t locked',
  ],
]

function evil(body: string): string {
  return `CREATE FUNCTION public.evil_now() RETURNS void LANGUAGE plpgsql AS $evil$ BEGIN ${body} END $evil$;
CREATE FUNCTION public.evil(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $evil$ BEGIN PERFORM public.evil_now(); RETURN 1; END $evil$;
CREATE FUNCTION public.evil_trigger() RETURNS trigger LANGUAGE plpgsql AS $evil$ BEGIN ${body} RETURN NEW; END $evil$;
CREATE FUNCTION public.evil_event() RETURNS event_trigger LANGUAGE plpgsql AS $evil$ BEGIN ${body} END $evil$;
`
}

describe('code that runs while a dump is restored', () => {
  // A first server may have to make its template: the limits below are not about that.
  beforeAll(async () => {
    await rehearseDump(await write(dumpWith({})))
  })

  it.runIf(isShutIn).for(vectors)(
    'writes nothing of ours (only where a server can be shut in): %s',
    async ([, statements]) => {
      const { engine, folders } = watchedEngine()
      const body = `EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${folder}/canary''';`
      const path = await write(dumpWith({ definitions: evil(body) + statements }))
      const { record } = await rehearseDump(path, { engine })
      expect(record.verdict.answer).toBe('NO-GO')
      const refused = record.restore?.refused.filter(({ message }) => /program .* failed/.test(message)) ?? []
      expect(refused.length, 'it has run, and the program could not').toBeGreaterThan(0)
      expect(existsSync(join(folder, 'canary'))).toBe(false)
      expect(folders.filter(existsSync)).toEqual([])
    },
  )

  // Side by side, for all that they do is wait for the limit: the first of them by all means, the others at ease.
  it.concurrent.for(vectors)(
    'is stopped by the time limit when it never ends: %s',
    async ([what, statements, running]) => {
      const { engine, folders } = watchedEngine()
      const forever = what === vectors[0]?.[0] ? 'LOOP END LOOP;' : 'LOOP PERFORM pg_catalog.pg_sleep(0.1); END LOOP;'
      const path = await write(dumpWith({ definitions: evil(forever) + statements }), `${what}.sql`)
      const startedMs = performance.now()
      const { record } = await rehearseDump(path, { engine, timeLimit: '5s' })
      expect(performance.now() - startedMs).toBeLessThan(20_000)
      expect(record.verdict.answer).toBe('UNDECIDED')
      expect(record.findings.filter(({ status }) => status === 'not-checked')).toMatchObject([
        {
          check: 'restore',
          message: `the rehearsal was ended by its time limit of 5.0 s at the step "restore": ${running}`,
          remedy: expect.stringMatching(/raise timeLimit/),
        },
      ])
      expect(folders).toHaveLength(1)
      expect(folders.filter(existsSync)).toEqual([])
      expect(await processesIn(folders)).toEqual([])
    },
  )
})

/** Of all that run here, those whose working folder is a server's. */
async function processesIn(folders: readonly string[]): Promise<string[]> {
  const pids = process.platform === 'linux' ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)) : []
  // What ends in between, or is somebody else's, has none.
  const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return places.filter((place) => folders.some((folder) => place.startsWith(dirname(folder))))
}
