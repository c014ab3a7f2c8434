import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

/** Servers by their bootstrap superuser, and what else there is of the platform's roles. */
const servers = [
  { superuser: 'postgres', others: 'CREATE ROLE supabase_admin SUPERUSER LOGIN' },
  { superuser: 'postgres', others: 'CREATE ROLE supabase_admin NOSUPERUSER LOGIN' },
  { superuser: 'supabase_admin', others: 'CREATE ROLE postgres NOSUPERUSER CREATEROLE LOGIN' },
  { superuser: 'supabase_admin', others: 'CREATE ROLE postgres SUPERUSER LOGIN' },
  { superuser: 'chief', others: 'CREATE ROLE postgres NOSUPERUSER LOGIN' },
  { superuser: 'chief', others: 'SELECT' },
]
const project = `
  CREATE ROLE anon;
  CREATE ROLE authenticator NOINHERIT LOGIN;
  GRANT anon TO authenticator;
  GRANT pg_monitor TO authenticator;
  CREATE TABLE public.item (id integer PRIMARY KEY);
  INSERT INTO public.item VALUES (1), (2);
  GRANT SELECT ON public.item TO anon;`

const oracles = await Promise.all([15, 17].map(findOracle))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootstrap-role-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function start(major: number, superuser: string): Promise<DisposableServer> {
  const need = { major, extensions: [], plainBytes: 1_000_000, superuser }
  return embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
}

for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`a whole cluster, ${oracle.title}`, () => {
    it.each(servers)('of a server that is $superuser\'s ("$others"): nothing is refused', async (one) => {
      await using server = await start(oracle.major, one.superuser)
      await using session = await server.connect('postgres')
      await session.query(`${one.others};${project}`)
      const { stdout } = await runTool(toolsOf(oracle), 'pg_dumpall', ['--no-role-passwords'], server.address)
      const backup = join(folder, `${one.superuser}-${oracle.major}.sql`)
      await writeFile(backup, stdout)
      const rehearsed = await rehearseDump(backup, { engine: embeddedEngine() })
      const { record } = rehearsed
      expect(record.restore?.refused.filter(({ harmless }) => !harmless)).toEqual([])
      expect(redOf(rehearsed)).toEqual([])
      expect(record.verdict.answer).toBe('GO')
      // Its twin: a membership that its grantor may not give is refused all the same.
      const broken = stdout.toString().replaceAll(/(^GRANT anon TO .*)GRANTED BY \w+/gm, '$1GRANTED BY nobody')
      await writeFile(backup, broken)
      expect((await rehearseDump(backup, { engine: embeddedEngine() })).record.verdict.answer).toBe('NO-GO')
    })
  })
}
