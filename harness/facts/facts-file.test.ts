import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../core/index.ts'
import { readFactsLines } from './facts-file-lines.ts'
import { factsText, FactsPool, parseFacts, readFacts, serialiseFacts, writeFacts, type Facts } from './index.ts'

const facts: Facts = {
  kind: 'rehearsal-facts',
  version: 1,
  takenAt: '2026-11-22T03:00:00.000Z',
  source: 'dump-snapshot',
  server: {
    version: '15.18',
    major: 15,
    database: 'shop',
    encoding: 'UTF8',
    collation: 'C',
    ctype: 'C',
    systemIdentifierHash: null,
    databaseBytes: '7000000',
  },
  schemas: ['public'],
  objects: [{ kind: 'table', identity: 'public.t', properties: { b: null, a: 'x' }, deparsed: [] }],
  tables: [
    {
      schema: 'public',
      name: 't',
      persistence: 'permanent',
      populated: true,
      rows: '1',
      fingerprint: '-7',
      columns: ['a'],
    },
  ],
  sequences: [],
}

/** Enough objects for many readings, with lines that end in the middle of one and one that is longer than any. */
function manyFacts(): Facts {
  const objects = Array.from({ length: 5_000 }, (_, index): Facts['objects'][number] => ({
    kind: 'column',
    identity: `public."Tür ${String(index).padStart(5, '0')},""properties"":{}".日本`,
    properties: {
      comment: index === 77 ? 'länger\n'.repeat(100_000) : index % 7 === 0 ? '{"a": [1]}],\\",\n"objects": [\n' : null,
      type: '😀'.repeat(index % 5),
    },
    deparsed: index % 2 === 0 ? [] : ['type', 'a "b", c'],
  }))
  return { ...facts, objects: [...objects, ...facts.objects] }
}

const otherObjects = `"objects": [\n{"deparsed":[],"identity":"x","kind":"table","properties":{}}\n],\n`

const whole = serialiseFacts(facts)
const broken: readonly (readonly [string, string])[] = [
  ['no JSON', '{'],
  ['nothing in it', ''],
  ['another kind of file', '{"kind": "manifest"}'],
  ['a property nobody knows', whole.replace('"schema":', '"shema": "x", "schema":')],
  ['rows as a number', whole.replace('"rows":"1"', '"rows":1')],
  ['a later version', whole.replace('"version": 1', '"version": 2')],
  ['a kind of object nobody knows', whole.replace('"kind":"table"', '"kind":"tabel"')],
  ['a kind of object that every JavaScript object has', whole.replace('"kind":"table"', '"kind":"toString"')],
  ['an identity that is no text', whole.replace('"identity":"public.t"', '"identity":1')],
  ['no identity', whole.replace('"identity":"public.t",', '')],
  ['a key of an object nobody knows', whole.replace('"identity":', '"name":"t","identity":')],
  ['a key behind the properties', whole.replace('"b":null}', '"b":null},"more":1')],
  ['properties that are a list', whole.replace(/"properties":\{.*?\}/, '"properties":["a"]')],
  ['properties that are null', whole.replace(/"properties":\{.*?\}/, '"properties":null')],
  ['a property that is a number', whole.replace('"a":"x"', '"a":1')],
  ['a property that is an object', whole.replace('"a":"x"', '"a":{}')],
  ['deparsed names that are no list', whole.replace('"deparsed":[]', '"deparsed":"a"')],
  ['deparsed names that are no text', whole.replace('"deparsed":[]', '"deparsed":[null]')],
  ['an object that is a list', whole.replace(/\{"deparsed".*\}/, '[]')],
  ['an object that is null', whole.replace(/\{"deparsed".*\}/, 'null')],
  ['a comma after the last object', whole.replace(/(\{"deparsed".*\})/, '$1,')],
  ['no comma between objects', whole.replace(/(\{"deparsed".*\})/, '$1\n$1')],
  ['a byte order mark', `\ufeff${whole}`],
  ['a control character in a name', whole.replace('public.t', 'public.\u0001')],
  ['an end in the middle', whole.slice(0, whole.indexOf('"properties"') + 20)],
  ['an end after the objects', whole.slice(0, whole.indexOf('"tables"'))],
  ['more behind its end', `${whole}{}`],
  ['no objects', whole.replace(/"objects": \[[^]*?\n\],\n/, '')],
]

function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault) return error
  }
  throw new Error('nothing was refused')
}

let folder: string
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facts-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(text: string): Promise<string> {
  files += 1
  const path = join(folder, `${files}.json`)
  await writeFile(path, text)
  return path
}

describe('a facts file', () => {
  it('comes back as it went', () => {
    expect(parseFacts(serialiseFacts(facts))).toEqual(facts)
  })

  it('has the same bytes whatever the order of properties', () => {
    const { kind, ...rest } = facts
    expect(serialiseFacts({ ...rest, kind })).toBe(serialiseFacts(facts))
    expect(serialiseFacts(facts).endsWith('}\n')).toBe(true)
  })

  it.each(broken)('is refused with %s, whichever way it is read', async (_, text) => {
    const refused = faultOf(() => parseFacts(text))
    expect(refused.code).toBe('E_BASELINE_INVALID')
    const path = await written(text)
    await expect(readFacts(path)).rejects.toMatchObject({ code: refused.code, message: refused.message })
  })

  it.each([
    ['our own', (text: string) => text],
    ['without a newline at its end', (text: string) => text.trimEnd()],
    ['indented', (text: string) => JSON.stringify(JSON.parse(text), null, 2)],
    ['in one line', (text: string) => JSON.stringify(JSON.parse(text))],
    ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with keys in another order', (text: string) => text.replace(/("kind":"table"),("properties":.*)\}/, '$2,$1}')],
    ['with objects last', (text: string) => text.replace(/("objects": \[[^]*?\n\]),\n([^]*)\n\}\n$/, '$2,\n$1\n}\n')],
    ['with a key twice', (text: string) => text.replace('"kind":"table"', '"kind":"view","kind":"table"')],
    ['with no objects first', (text: string) => text.replace('"objects": [', '"objects": [\n],\n"objects": [')],
    ['with other objects first', (text: string) => text.replace('"objects": [', `${otherObjects}"objects": [`)],
  ])('says the same in every layout: %s', async (_, layout) => {
    const text = layout(serialiseFacts(manyFacts()))
    expect(parseFacts(text)).toEqual(manyFacts())
    expect(await readFacts(await written(text))).toEqual(manyFacts())
  })

  it('holds no objects where a second list has none', async () => {
    const text = whole.replace('"tables": [', '"objects": [\n],\n"tables": [')
    expect(parseFacts(text).objects).toEqual([])
    expect(await readFacts(await written(text))).toEqual({ ...facts, objects: [] })
  })

  it.each(broken)('is not read object by object with %s', async (_, text) => {
    await using file = await open(await written(text), 'r')
    const lines = await readFactsLines(file, new FactsPool())
    // What is wrong outside the objects, the schema says of the rest.
    const isOutside = () => faultOf(() => parseFacts(lines?.rest ?? '')).code
    expect(lines === null || isOutside() === 'E_BASELINE_INVALID').toBe(true)
  })

  it('is read object by object in our own layout', async () => {
    await using file = await open(await written(serialiseFacts(manyFacts())), 'r')
    const lines = await readFactsLines(file, new FactsPool())
    expect(lines?.objects).toEqual(manyFacts().objects)
    expect(JSON.parse(lines?.rest ?? '')).toEqual({ ...manyFacts(), objects: [] })
  })

  it('is written piece by piece, in whole lines', async () => {
    const chunks = [...factsText(manyFacts())]
    expect(chunks.length).toBeGreaterThan(3)
    expect(Math.max(...chunks.slice(1, -1).map(({ length }) => length))).toBeLessThan(200_000)
    const path = join(folder, 'written.json')
    await writeFacts(path, manyFacts())
    expect(await readFile(path, 'utf8')).toBe(serialiseFacts(manyFacts()))
    expect(JSON.parse(chunks.join(''))).toEqual(manyFacts())
  })

  it('shares what it says with the file that was read before', async () => {
    const pool = new FactsPool()
    const { objects } = manyFacts()
    const changed = objects.map((object, index) =>
      index % 100 === 0 ? { ...object, properties: { ...object.properties, owner: 'other' } } : object,
    )
    const one = await readFacts(await written(serialiseFacts(manyFacts())), pool)
    const other = await readFacts(await written(serialiseFacts({ ...manyFacts(), objects: changed.slice(1) })), pool)
    expect(other).toEqual({ ...manyFacts(), objects: changed.slice(1) })
    const shared = other.objects.filter((object, index) => object === one.objects[index + 1])
    expect(shared.length).toBe(objects.length - Math.ceil(objects.length / 100))
  })
})
