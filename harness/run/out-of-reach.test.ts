import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'out-of-reach-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const far = `CREATE EXTENSION postgres_fdw WITH SCHEMA public;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', connect_timeout '2');
CREATE USER MAPPING FOR postgres SERVER far;
CREATE FOREIGN TABLE public.there (x text) SERVER far;
CREATE MATERIALIZED VIEW public.copied AS SELECT * FROM public.there WITH NO DATA;
`

async function answerTo(end: string): Promise<{ readonly answer: string; readonly open: readonly string[] }> {
  const path = join(folder, 'dump.sql')
  await writeFile(path, dumpWith({ definitions: far, end }))
  const { record } = await rehearseDump(path)
  const open = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
  return { answer: record.verdict.answer, open: open.map(({ status, object }) => `${status} ${object}`) }
}

describe('a materialized view of a table on another server', () => {
  it.each([
    ['which the dump refreshes', 'REFRESH MATERIALIZED VIEW public.copied;\n'],
    ['which the dump leaves empty', ''],
  ])('%s, is not checked; all else is', async (_, end) => {
    expect(await answerTo(end)).toEqual({ answer: 'UNDECIDED', open: ['not-checked public.copied'] })
  })

  it('hides nothing else that was refused', async () => {
    const { answer, open } = await answerTo(
      'REFRESH MATERIALIZED VIEW public.copied;\nCREATE VIEW public.v AS SELECT nothing;\n',
    )
    expect(answer).toBe('NO-GO')
    expect(open.some((line) => line.includes('public.v'))).toBe(true)
  })
})
