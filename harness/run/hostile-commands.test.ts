import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpWith, noEngine, rehearseDump } from './testing/rehearse-dump.ts'

/** What psql would obey; CANARY is a file that must never be. Each by psql's list of commands, or by a way around it. */
const payloads = [
  '\\! touch CANARY',
  '\\!touch CANARY',
  "\\copy (SELECT 1) to program 'touch CANARY'",
  "\\copy (SELECT 1) to 'CANARY'",
  "\\copy item from program 'touch CANARY'",
  '\\o CANARY',
  '\\o |touch CANARY',
  '\\out |touch CANARY',
  '\\w CANARY',
  '\\write |touch CANARY',
  'SELECT 1 \\g CANARY',
  'SELECT 1 \\g |touch CANARY',
  'SELECT 1 \\gx |touch CANARY',
  "SELECT 'touch CANARY' \\gexec",
  'SELECT 1 AS x \\gset',
  'SELECT 1 \\gdesc',
  'SELECT 1 \\crosstabview',
  'SELECT 1 \\watch 1',
  '\\set x `touch CANARY`',
  '\\set x :y',
  '\\setenv PAGER "touch CANARY"',
  '\\getenv x PATH',
  '\\echo `touch CANARY`',
  '\\qecho `touch CANARY`',
  '\\warn `touch CANARY`',
  '\\prompt x y',
  '\\i CANARY',
  '\\ir CANARY',
  '\\include CANARY',
  '\\e CANARY',
  '\\ef',
  '\\s CANARY',
  '\\cd `touch CANARY`',
  '\\lo_export 4711 CANARY',
  '\\lo_import CANARY',
  '\\c `touch CANARY`',
  '\\connect "host=evil.example user=postgres"',
  '\\unrestrict `touch CANARY; echo x`',
  '\\restrict `touch CANARY`',
  '\\if `touch CANARY`\n\\endif',
  '\\pset pager always',
  '\\password postgres',
  '\\timing `touch CANARY`',
  '\\d `touch CANARY`',
] as const

/** Where in a dump: among the definitions, after rows that end early, after all. */
const places = [
  ['among the definitions', (line: string) => ({ definitions: `${line}\n` })],
  ['after rows cut short', (line: string) => ({ rows: `\\.\n${line}\nCOPY public.item (id, name) FROM stdin;\n` })],
  ['at the end', (line: string) => ({ end: `${line}\n` })],
] as const

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-commands-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

describe('a psql command in a plain dump', () => {
  it.for(payloads)('is NO-GO wherever it stands, and nothing is started: %s', async (payload) => {
    const canary = join(folder, 'canary')
    const line = payload.replaceAll('CANARY', canary)
    const answers: unknown[] = []
    for (const [place, put] of places) {
      const path = join(folder, 'dump.sql')
      await writeFile(path, dumpWith(put(line)))
      const { record } = await rehearseDump(path, { engine: noEngine })
      const [first] = record.findings.filter(({ check, status }) => check === 'completeness' && status === 'differs')
      answers.push([place, record.verdict.answer, /psql command|\\/.test(first?.message ?? ''), record.engine])
    }
    expect(answers).toEqual(places.map(([place]) => [place, 'NO-GO', true, null]))
    expect(await exists(canary)).toBe(false)
  })

  it('is told from the same words in quotes, in a body or in a row', async () => {
    const path = join(folder, 'dump.sql')
    const body = payloads.join('\n').replaceAll("'", '')
    await writeFile(path, dumpWith({ definitions: `COMMENT ON TABLE public.item IS '${body}';` }))
    const fault = await rehearseDump(path, { engine: noEngine }).catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ message: expect.stringContaining('a server was started') })
  })
})

const recorded = new URL('../dump/archive/testing/recorded/notes-15-piped.dump', import.meta.url).pathname

/** A text as an archive holds it: its length, then its bytes. */
function text(value: string): Buffer {
  const length = Buffer.alloc(5)
  length.writeInt32LE(Buffer.byteLength(value), 1)
  return Buffer.concat([length, Buffer.from(value)])
}

/** The archive with its view's definition changed. This one was written to a pipe: it holds no offsets that would shift. */
async function archiveWith(change: (definition: string) => string): Promise<Buffer> {
  const bytes = await readFile(recorded)
  const at = bytes.indexOf('CREATE VIEW public.first') - 5
  const length = bytes.readInt32LE(at + 1)
  const definition = bytes.toString('utf8', at + 5, at + 5 + length)
  return Buffer.concat([bytes.subarray(0, at), text(change(definition)), bytes.subarray(at + 5 + length)])
}

describe("a psql command in an archive's definition", () => {
  it('is not there in the archive as it was recorded', async () => {
    const path = join(folder, 'archive.dump')
    await writeFile(path, await archiveWith((definition) => definition))
    const fault = await rehearseDump(path, { engine: noEngine }).catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ message: expect.stringContaining('a server was started') })
  })

  it.for(payloads)('is NO-GO wherever it stands, and nothing is started: %s', async (payload) => {
    const canary = join(folder, 'canary')
    const line = payload.replaceAll('CANARY', canary)
    const changes: ((definition: string) => string)[] = [
      (definition) => `${line}\n${definition}`,
      (definition) => definition.replace(' AS', ` AS\n${line}\n`),
      (definition) => `${definition}${line}\n`,
    ]
    const answers: unknown[] = []
    for (const change of changes) {
      const path = join(folder, 'archive.dump')
      await writeFile(path, await archiveWith(change))
      const { record } = await rehearseDump(path, { engine: noEngine })
      answers.push([record.verdict.answer, record.engine])
    }
    expect(answers).toEqual(changes.map(() => ['NO-GO', null]))
    expect(await exists(canary)).toBe(false)
  })
})
