import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteIdentifier } from '../core/index.ts'
import { beginReadOnly, observe, serialiseFacts } from '../facts/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { startServer } from '../restore/testing/twins.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

/** Names that end a comment, a string or a line of psql, where a writer or a reader forgets what a name may hold. */
function namesWith(canary: string): readonly string[] {
  const command = `\\! touch ${canary}`.slice(0, 55)
  return [
    `a\n${command}\n`,
    `b\r\n${command}`,
    `c";\n${command}\n--`,
    `d'; ${command}`,
    'e$$ f $x$',
    'f\n-- PostgreSQL database dump complete\n--\n',
    'g\n\\.\n',
    'h\n--\n-- Name: x; Type: TABLE',
    'i \\connect other',
    'j\n\\connect other\n',
    'k\u202e\u2066\u0007\u001b[31m',
    'l'.repeat(63),
    `z${String.fromCharCode(...Array.from({ length: 62 }, (_, index) => index + 1))}`,
    String.fromCharCode(...Array.from({ length: 63 }, (_, index) => index + 64)),
    'COPY x FROM stdin;\n1\n\\.\n',
    '/* open',
    ' ',
  ]
}

const ways = [
  ['odd.sql', '-Fp'],
  ['odd.dump', '-Fc'],
  ['odd', '-Fd'],
  ['odd.tar', '-Ft'],
] as const

const oracles = await Promise.all([15, 17].map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`names that hold commands: ${oracle.title}`, () => {
    let folder = ''
    beforeAll(async () => {
      folder = await mkdtemp('/tmp/names-')
      await using source = await startServer(oracle.major)
      await source.createDatabase('odd')
      await using session = await source.connect('odd')
      for (const [index, name] of namesWith(`${folder}/c`).entries()) {
        const quoted = quoteIdentifier(name)
        await session.query(`CREATE SCHEMA ${quoted}`)
        await session.query(`CREATE TABLE ${quoted}.${quoted} (${quoted} text DEFAULT 'x', id integer PRIMARY KEY)`)
        await session.query(`INSERT INTO ${quoted}.${quoted} VALUES ($1, ${index})`, [name])
        await session.query(
          `CREATE VIEW ${quoted}.${quoteIdentifier(`v${name}`.slice(0, 60))} AS SELECT * FROM ${quoted}.${quoted}`,
        )
        await session.query(`COMMENT ON TABLE ${quoted}.${quoted} IS ${literal(name)}`)
      }
      await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
      const facts = await observe(session, { source: 'dump-snapshot', fingerprint: true })
      await session.query('ROLLBACK')
      await writeFile(join(folder, 'baseline.json'), serialiseFacts(facts))
      await mkdir(join(folder, 'dumps'))
      for (const [file, format] of ways) {
        const args = [format, '-d', 'odd', '-f', join(folder, 'dumps', file)]
        await runTool(toolsOf(oracle), 'pg_dump', args, source.address)
      }
    })
    afterAll(async () => rm(folder, { recursive: true, force: true }))

    it.for(ways)('are restored as they are, and nothing of them is run: %s', async ([file]) => {
      const backup = join(folder, 'dumps', file)
      const rehearsed = await rehearseDump(backup, { baseline: join(folder, 'baseline.json') })
      expect(redOf(rehearsed)).toEqual([])
      expect(rehearsed.record.verdict.answer).toBe('GO')
      expect(rehearsed.record.tables).toHaveLength(namesWith('').length)
      expect(existsSync(join(folder, 'c'))).toBe(false)
    })
  })
}

function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
