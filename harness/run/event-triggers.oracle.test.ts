import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeBaseline } from '../../fixtures/supabase/dump-forms.ts'
import type { ConfigFlags } from '../config/index.ts'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import type { Rehearsed } from './rehearse.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

/** As hosted: `postgres` is no superuser, and owns event triggers all the same. */
const project = `
  CREATE ROLE postgres NOSUPERUSER CREATEROLE LOGIN;
  CREATE TABLE public.item (id integer PRIMARY KEY);
  CREATE TABLE public.told (what text);
  CREATE FUNCTION public.tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ begin insert into public.told values (tg_tag); end $$;
  ALTER TABLE public.item OWNER TO postgres;
  ALTER TABLE public.told OWNER TO postgres;
  ALTER FUNCTION public.tell() OWNER TO postgres;
  ALTER ROLE postgres SUPERUSER;
  CREATE EVENT TRIGGER tell_all ON ddl_command_end EXECUTE FUNCTION public.tell();
  ALTER EVENT TRIGGER tell_all OWNER TO postgres;
  CREATE EVENT TRIGGER "tell; ""more""" ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.tell();
  ALTER EVENT TRIGGER "tell; ""more""" OWNER TO postgres;
  ALTER ROLE postgres NOSUPERUSER;`

const oracles = await Promise.all([15, 17].map(findOracle))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-triggers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

for (const oracle of oracles) {
  it.skipIf(oracle.isSkipped)(
    `event triggers of a role that is no superuser come back as its own, ${oracle.title}`,
    async () => {
      const need = { major: oracle.major, extensions: [], plainBytes: 1_000_000, superuser: 'supabase_admin' }
      const options = { signal: new AbortController().signal, progress: silentProgress }
      await using server = await embeddedEngine().start(need, options)
      await using session = await server.connect('postgres')
      await session.query(project)
      const tools = toolsOf(oracle)
      const { stdout } = await runTool(tools, 'pg_dumpall', ['--no-role-passwords'], server.address)
      await writeBaseline({ server, tools }, folder)
      const backup = join(folder, `cluster-${oracle.major}.sql`)
      const environment = { REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'], PATH: process.env['PATH'] }
      const answerOf = async (text: string, flags: ConfigFlags = {}) => {
        await writeFile(backup, text)
        const baseline = join(folder, 'baseline.json')
        return rehearseDump(backup, { engine: embeddedEngine(), baseline, flags, environment })
      }
      const good = await answerOf(stdout.toString())
      // Equal to production, owners and the attributes of roles among it.
      expect(redOf(good)).toEqual([])
      expect(good.record.verdict.answer).toBe('GO')
      // psql is refused what hosted servers allow: the trigger comes to its owner all the same, and that is said. One
      // major shows it.
      const restorers = oracle.major === 17 ? (['both', 'stock'] as const) : []
      const byClients: Rehearsed[] = []
      for (const restorer of restorers) byClients.push(await answerOf(stdout.toString(), { restorer }))
      expect(byClients.flatMap(redOf)).toEqual([])
      const said = byClients.at(-1)?.record.findings.filter(({ message }) => message.includes('to its owner after'))
      expect(said?.length).toBe(oracle.major === 17 ? 2 : undefined)
      const lost = stdout.toString().replace(/^ALTER EVENT TRIGGER tell_all OWNER TO postgres;/m, '')
      expect(redOf(await answerOf(lost))).toEqual([expect.stringContaining('differs tell_all')])
      const strong = stdout.toString().replace(/^(ALTER ROLE postgres WITH) NOSUPERUSER/m, '$1 SUPERUSER')
      expect(redOf(await answerOf(strong))).toContainEqual(expect.stringContaining('differs postgres'))
    },
  )
}
