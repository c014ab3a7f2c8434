import { describe, expect, it } from 'vitest'
import { DumpReader } from './reader/dump-reader.ts'
import { defaultLimits } from './limits.ts'
import { sourceOf } from './testing/source-of.ts'

async function read(text: string) {
  const reader = new DumpReader(sourceOf(text), defaultLimits)
  const codes: string[] = []
  let completeness = ''
  for await (const entry of reader.entries()) {
    if (entry.kind === 'problem') codes.push(entry.code)
    if (entry.kind === 'end') completeness = entry.completeness
  }
  return { completeness, codes, writer: reader.markers.writer }
}

const head = '--\n-- PostgreSQL database dump\n--\n\n'
const tail = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
const clusterHead = '--\n-- PostgreSQL database cluster dump\n--\n\n'
const clusterTail = '--\n-- PostgreSQL database cluster dump complete\n--\n\n'
const sql = 'CREATE TABLE public.t (a int);\n'
const one = `${head}${sql}${tail}`
const cliSchema = 'SET statement_timeout = 0;\nCREATE TABLE IF NOT EXISTS "public"."t" ("a" int);\n\nRESET ALL;\n'
const cliData = `SET session_replication_role = replica;\n\n${head}-- \\restrict abc\n\nINSERT INTO "public"."t" ("a") VALUES\n\t(1);\n${tail}-- \\unrestrict abc\n\nRESET ALL;\n`
const cliRoles =
  'SET default_transaction_read_only = off;\nCREATE ROLE "app";\nALTER ROLE "app" WITH LOGIN;\n\nRESET ALL;\n'

describe('the end of a dump', () => {
  it.each([
    ['pg_dump', one, 'pg_dump'],
    ['pg_dump with \\restrict', `${head}\\restrict a\n${sql}${tail}\\unrestrict a\n\n`, 'pg_dump'],
    ['pg_dumpall', `${clusterHead}CREATE ROLE a;\n\\connect a\n${one}\\connect b\n${one}${clusterTail}`, 'pg_dumpall'],
    ['pg_dumpall --globals-only', `${clusterHead}CREATE ROLE a;\n${clusterTail}`, 'pg_dumpall'],
    ["the CLI's data", cliData, 'supabase-cli'],
    ["the CLI's roles", cliRoles, 'supabase-cli'],
    ['two dumps in one file', one + one, 'pg_dump'],
  ])('is proven for %s', async (_name, text, writer) => {
    expect(await read(text)).toEqual({ completeness: 'complete', codes: [], writer })
  })

  it.each([
    ["the CLI's schema", cliSchema, 'supabase-cli'],
    ['SQL of somebody else', 'CREATE TABLE t (a int);\n', 'unknown'],
  ])('cannot be proven for %s', async (_name, text, writer) => {
    expect(await read(text)).toEqual({ completeness: 'unprovable', codes: [], writer })
  })

  it.each([
    ['pg_dump without its marker', one.replace(tail, '\n')],
    ['a marker in a string', `${head}SELECT '${tail}';\n`],
    ['a marker in a function', `${head}DO $$${tail}$$;\n`],
    ['a marker among rows', `${head}COPY t FROM stdin;\n-- PostgreSQL database dump complete\n\\.\n`],
    ['a marker in a block comment', `${head}${sql}/*${tail}*/\n`],
    ['a marker after a space', `${head}${sql}-- PostgreSQL database dump complete \n`],
    ['statements after the marker', `${one}DROP TABLE public.t;\n`],
    ['a cluster without its last marker', `${clusterHead}CREATE ROLE a;\n\\connect a\n${one}`],
    ['a cluster whose first database has none', `${clusterHead}${head}${sql}${one}${clusterTail}`],
    ["the CLI's data without the marker", cliData.replace(tail, '\n')],
    ["the CLI's data with nothing but its first line", 'SET session_replication_role = replica;\n'],
    ["the CLI's roles without RESET ALL", cliRoles.replace('RESET ALL;\n', '')],
  ])('is missing in %s', async (_name, text) => {
    const { completeness, codes } = await read(text)
    expect(codes).toContain('E_DUMP_NO_END_MARKER')
    expect(completeness).toBe('truncated')
  })

  it('without a beginning is damage', async () => {
    expect(await read(sql + tail)).toMatchObject({ completeness: 'truncated', codes: ['E_DUMP_DAMAGED'] })
  })

  it.each([
    ['a statement', `${head}CREATE TABLE t (`],
    ['a string', `${head}SELECT 'x`],
    ['a comment', `${head}/* x`],
    ['rows', `${head}COPY t FROM stdin;\n1\n`],
    ['the closing line of rows', `${head}COPY t FROM stdin;\n1\n\\.`],
    ['a COPY line', `${head}COPY t FROM stdin;`],
  ])('inside %s is a cut', async (_name, text) => {
    expect(await read(text)).toMatchObject({ completeness: 'truncated', codes: ['E_DUMP_TRUNCATED'] })
  })
})
