import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { observe, writeFacts } from '../facts/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

const shop = `CREATE TABLE public.item (id integer PRIMARY KEY);
INSERT INTO public.item VALUES (1), (2);
ALTER DATABASE "the shop" SET search_path TO public, private;
ALTER DATABASE "the shop" SET "app.motto" TO 'it''s \\ours';
ALTER DATABASE "the shop" SET "TimeZone" TO 'Europe/Berlin';
ALTER DATABASE "the shop" SET default_transaction_read_only TO on;
ALTER ROLE postgres IN DATABASE "the shop" SET search_path TO private`

const visible = 'TimeZone, app.motto, search_path'

const oracles = await Promise.all([15, 17].map(findOracle))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'set-database-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

for (const oracle of oracles) {
  const { major } = oracle
  describe.skipIf(oracle.isSkipped)(`settings of a database, ${oracle.title}`, () => {
    it.for([
      ['custom', 'GO'],
      ['directory', 'GO'],
      ['tar', 'GO'],
      ['plain', 'NO-GO'],
    ] as const)('in format %s: %s', { timeout: 120_000 }, async ([format, answer]) => {
      const dump = join(folder, `${major}.${format}`)
      const baseline = join(folder, `${major}.${format}.json`)
      {
        const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
        const options = { signal: new AbortController().signal, progress: silentProgress }
        await using server = await embeddedEngine().start(need, options)
        await server.createDatabase('the shop', {})
        await using session = await server.connect('the shop')
        for (const statement of shop.split(';\n')) await session.query(statement)
        await writeFacts(baseline, await observe(session, { source: 'dump-snapshot', fingerprint: true }))
        await runTool(toolsOf(oracle), 'pg_dump', ['-F', format, '-f', dump, '-d', 'the shop'], server.address)
      }
      const rehearsed = await rehearseDump(dump, { baseline })
      const { record } = rehearsed
      const red = redOf(rehearsed)
      expect(record.verdict.answer).toBe(answer)
      expect(red.map((line) => /settings differ: (.*) of database/.exec(line)?.[1])).toEqual(
        answer === 'GO' ? [] : [visible],
      )
      const said = record.findings.filter(({ message }) => message.includes('were set on the copy'))
      expect(said.map(({ message }) => message.split(': ')[1])).toEqual(answer === 'GO' ? [visible] : [])
    })
  })
}
