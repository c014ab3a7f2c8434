import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectDump, outlineDump } from '../dump/index.ts'
import { replayed, streamed } from '../dump/testing/replayed.ts'
import { DumpSource } from './testing/dump-source.ts'
import { findOracle, toolsOf } from './testing/oracle-test.ts'

const compressions = {
  15: ['-Z0', '-Z6'],
  17: ['--compress=none', '--compress=gzip', '--compress=lz4', '--compress=zstd'],
} as const

/** Everything that pg_dump 15 and 17 can write; `PIPED` is an archive without offsets. */
function waysOf(major: 15 | 17): readonly (readonly string[])[] {
  const archives = ['-Fc', '-Fd'].flatMap((format) => compressions[major].map((how) => [format, how]))
  const formats = [...archives, ['-Ft'], ['-Fp'], ['-Fc', 'PIPED'], ['-Fp', 'GZIPPED']]
  const inserts = [['-Fc', 'PIPED'], ['-Fd', compressions[major][1]], ['-Ft'], ['-Fp'], ['-Fp', 'GZIPPED']]
  return [
    ...formats,
    ...inserts.map((format) => [...format, '--inserts']),
    ...inserts.map((format) => [...format, '--rows-per-insert=100', '--load-via-partition-root']),
  ]
}

for (const major of [15, 17] as const) {
  const oracle = await findOracle(major)
  describe.skipIf(oracle.isSkipped)(`outlines: ${oracle.title}`, () => {
    let folder = ''
    let source: DumpSource
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'outlines-'))
      source = await DumpSource.start(major, toolsOf(oracle))
      await source.psql('tricky', ['-c', largeObjects])
    })
    afterAll(async () => {
      await source?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    async function dumped(way: readonly string[]): Promise<string> {
      const target = join(folder, way.join(''))
      const options = way.filter((option) => option.startsWith('-'))
      const isOurs = options.length === way.length
      const piped = await source.dump('tricky', isOurs ? [...options, '-f', target] : options)
      if (isOurs) return target
      if (way.includes('PIPED')) return piped.path
      await writeFile(target, gzipSync(await readFile(piped.path)))
      return target
    }

    it.for(waysOf(major).map((way) => [way.join(' '), way] as const))('hold all of a dump: %s', async ([, way]) => {
      const path = await dumped(way)
      const { summary, outline, openText } = await outlineDump(path)
      expect(summary).toEqual(await inspectDump(path))
      expect(summary).toMatchObject({ completeness: 'complete', problems: [] })
      if (outline === null) throw new Error('no outline')
      const kinds = new Set(outline.map(({ kind }) => kind))
      expect([kinds.has('transaction'), kinds.has('copy'), kinds.has('inserts')]).toEqual([
        true,
        !way.some((option) => /inserts|rows/.test(option)),
        way.some((option) => /inserts|rows/.test(option)),
      ])
      const commands = await streamed(path)
      expect(outline.length).toBeLessThan(commands.length)
      await using text = await openText({})
      expect(same(await replayed(outline, text), commands)).toBe(true)
      expect(same(await replayed(outline, text, { parallel: true }), commands)).toBe(true)
      await text.requireUnchanged()
    })
  })
}

/** As JSON: what differs is too long to be shown. */
function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

const largeObjects = `
  SELECT lo_from_bytea(60000, decode(repeat('00ff', 20000), 'hex')), lo_from_bytea(60001, '');
  SELECT lo_from_bytea(61000 + i, decode(md5(i::text), 'hex')) FROM generate_series(1, 60) i;`
