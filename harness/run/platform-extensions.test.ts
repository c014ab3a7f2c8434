import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedEngine } from '../engine/index.ts'
import type { Finding } from '../compare/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

/** What an extension brings that a dump may lean on. */
interface Used {
  readonly schema: string
  /** A type; null where it brings none. */
  readonly type: string | null
  /** A call, of whatever result. */
  readonly call: string
}

/** Extensions that no vanilla server has, as hosted ones have them. */
const extensions: Readonly<Record<string, Used>> = {
  pg_graphql: { schema: 'graphql', type: null, call: "graphql.resolve('{ a }')::text" },
  supabase_vault: { schema: 'vault', type: 'vault.secrets', call: "vault.create_secret('s')::text" },
  pg_net: { schema: 'net', type: 'net.http_response', call: "net.http_get('https://example.org')::text" },
  pg_cron: { schema: 'cron', type: 'cron.job', call: "cron.schedule('* * * * *', 'select 1')::text" },
  pgsodium: { schema: 'pgsodium', type: 'pgsodium.key_type', call: 'pgsodium.randombytes_random()::text' },
  pgjwt: { schema: 'extensions', type: null, call: "extensions.sign('{}', 'k')" },
  vector: { schema: 'extensions', type: 'extensions.vector(3)', call: "extensions.l2_normalize('[1,2,3]')::text" },
  postgis: { schema: 'extensions', type: 'extensions.geometry(Point,4326)', call: 'extensions.st_point(1, 2)::text' },
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-extensions-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A dump that leans on an extension in every way: a column of its type, a call in a default, a policy, rows. */
function leaningOn(extension: string, { schema, type, call }: Used): string {
  const typed = `
CREATE TABLE public.typed (id integer NOT NULL, held ${type});
COPY public.typed (id, held) FROM stdin;
1\t\\N
\\.
`
  return dumpWith({
    definitions: `
CREATE SCHEMA ${schema};
CREATE EXTENSION IF NOT EXISTS ${extension} WITH SCHEMA ${schema};
COMMENT ON EXTENSION ${extension} IS 'as pg_dump writes it';
${type === null ? '' : typed}
CREATE TABLE public.defaulted (id integer NOT NULL, made text DEFAULT ${call});
COPY public.defaulted (id, made) FROM stdin;
1\ta
\\.
`,
    end: `
ALTER TABLE public.item ENABLE ROW LEVEL SECURITY;
CREATE POLICY guarded ON public.item USING ((name = ${call}));
`,
  })
}

async function rehearse(name: string, text: string) {
  const backup = join(folder, `${name}.sql`)
  await writeFile(backup, text)
  const { record } = await rehearseDump(backup, { engine: embeddedEngine() })
  const open = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
  const about = (finding: Finding): boolean => finding.check === 'engine' && finding.object === `extension ${name}`
  return { record, open, finding: record.findings.find(about) }
}

describe.each(Object.entries(extensions))('a dump that leans on %s', (name, used) => {
  it('is UNDECIDED where the engine lacks it, with all that leans on it by name, and what to do', async () => {
    const { record, open, finding } = await rehearse(name, leaningOn(name, used))
    expect(open.filter(({ status }) => status === 'differs')).toEqual([])
    expect(record.verdict.answer).toBe('UNDECIDED')
    expect(finding).toMatchObject({ status: 'not-checked', notice: false, remedy: expect.stringContaining(name) })
    const leaning = ['public.defaulted', 'public.item.guarded', ...(used.type === null ? [] : ['public.typed'])]
    for (const object of leaning) expect(finding?.message).toContain(object)
    expect(finding?.message).not.toContain('public.item,')
  })

  it('stays NO-GO for what has nothing to do with it', async () => {
    const text = leaningOn(name, used).replace('1\tteapot\n', '1\tteapot\tmore\n')
    const { record } = await rehearse(name, text)
    expect(record.verdict.answer).toBe('NO-GO')
  })
})
