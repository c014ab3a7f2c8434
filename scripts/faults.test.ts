import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOracle, toolsOf } from '../harness/restore/testing/oracle-test.ts'
import { damageCopy, nameOfCase, parseCase, type FaultCase } from './faults/damage.ts'
import { formats } from './faults/formats.ts'
import { Lane } from './faults/lane.ts'
import { rehearseCase } from './faults/rehearse-case.ts'
import { renderFailure, renderTally, tally } from './faults/result.ts'
import { runFaults } from './faults/run-faults.ts'
import { recordSource, type Source } from './faults/source.ts'

/** Of each format; `npm run faults` tries a thousand. */
const sample = 12
/** A machine that does a great deal else takes ten times as long. */
const patienceMs = 300_000

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-test-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('a case', () => {
  it('has a name that leads to it', () => {
    expect(parseCase('flip:123')).toEqual({ kind: 'flip', number: 123 })
    expect(parseCase(nameOfCase({ kind: 'cut', number: 7 }))).toEqual({ kind: 'cut', number: 7 })
    expect(['flip', 'flip:', 'flip:-1', 'burn:1', 'cut:1 '].map(parseCase)).toEqual([null, null, null, null, null])
  })

  it('is the same each time, and another with another seed', async () => {
    const from = join(folder, 'from')
    await mkdir(from)
    await writeFile(join(from, 'a'), 'a'.repeat(500))
    await writeFile(join(from, 'b'), 'b'.repeat(500))
    const damaged = async (fault: FaultCase, seed: string): Promise<readonly string[]> => {
      const to = join(folder, 'to')
      const { words } = await damageCopy(from, to, fault, seed)
      return [words, await readFile(join(to, 'a'), 'latin1'), await readFile(join(to, 'b'), 'latin1')]
    }
    const first = await damaged({ kind: 'flip', number: 1 }, 'x')
    expect(await damaged({ kind: 'flip', number: 1 }, 'x')).toEqual(first)
    expect(await damaged({ kind: 'flip', number: 1 }, 'y')).not.toEqual(first)
    const text = `${first[1]}${first[2]}`
    expect([text.length, text.replaceAll(/[ab]/g, '').length]).toEqual([1_000, 1])
    const [, a = '', b = ''] = await damaged({ kind: 'cut', number: 1 }, 'x')
    expect(Math.max(a.length, b.length)).toBe(500)
    expect(Math.min(a.length, b.length)).toBeLessThan(500)
  })
})

const oracle = await findOracle(17)
describe.skipIf(oracle.isSkipped)(`damaged dumps, ${oracle.title}`, () => {
  it(
    `are never GO with other content, ${sample} bits flipped and ${sample} ends lost of each`,
    async () => {
      const cases = (['flip', 'cut'] as const).flatMap((kind) =>
        Array.from({ length: sample }, (_, number): FaultCase => ({ kind, number })),
      )
      const failures: string[] = []
      const { results } = await runFaults({
        major: 17,
        tools: toolsOf(oracle),
        formats: formats.slice(0, 4),
        cases: [null, ...cases],
        seed: 'sample',
        lookAtAll: false,
        onResult: (result) => {
          if (result.failure !== null) failures.push(renderFailure(result, 'sample'))
        },
        signal: new AbortController().signal,
      })
      expect(failures).toEqual([])
      expect(results.filter(({ name }) => name === 'whole').map(({ answer }) => answer)).toEqual(Array(4).fill('GO'))
      const table = tally(results)
      expect(table.map(({ kind, cases }) => `${kind} ${cases}`)).toEqual(
        ['whole 1', `flip ${sample}`, `cut ${sample}`].flatMap((line) => Array<string>(4).fill(line)),
      )
      // A plain dump has no checksum at all: what the reader can't see, the server and the comparison do.
      const plain = table.find(({ format, kind }) => format === 'plain' && kind === 'flip')
      expect(Math.min(plain?.server ?? 0, plain?.comparison ?? 0)).toBeGreaterThan(0)
      expect(renderTally(table).split('\n')).toHaveLength(2 + table.length)
    },
    patienceMs,
  )

  describe('the proof itself', () => {
    const plain = formats.slice(0, 1)
    let source: Source
    let lane: Lane
    beforeAll(async () => {
      const own = join(folder, 'source')
      await mkdir(own)
      source = await recordSource(17, toolsOf(oracle), plain, own)
      lane = new Lane(17)
    })
    afterAll(async () => lane[Symbol.asyncDispose]())

    const rehearsed = async (change: Partial<Source>) => {
      const own = await mkdtemp(join(folder, 'proof-'))
      const [format] = plain
      if (!format) throw new Error('no format')
      const context = { source: { ...source, ...change }, tools: toolsOf(oracle), lane, seed: '', lookAtAll: false }
      return rehearseCase(format, null, { ...context, folder: own })
    }

    it('sees a GO whose content differs', async () => {
      expect(await rehearsed({})).toMatchObject({ answer: 'GO', isEqual: true, failure: null })
      const text = Buffer.from(source.text.toString('latin1').replace('team 1', 'team 9'), 'latin1')
      expect(await rehearsed({ text })).toMatchObject({
        answer: 'GO',
        isEqual: false,
        failure: 'GO, and the content differs from the source',
      })
    })

    it('sees what is left behind: a session, a changed role', async () => {
      const server = await lane.server()
      await using left = await server.connect('postgres')
      expect(await rehearsed({})).toMatchObject({ failure: '1 sessions were left open' })
      await left.query('ALTER ROLE app_writer CONNECTION LIMIT 8')
      await left[Symbol.asyncDispose]()
      await lane.clear()
      expect(lane.renewals).toBe(1)
      expect(await lane.server()).not.toBe(server)
    })
  })
})
