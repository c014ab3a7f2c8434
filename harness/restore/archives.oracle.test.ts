import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectDump, openDump } from '../dump/index.ts'
import { oracleMajors, runTool } from './testing/client-tools.ts'
import { DumpSource } from './testing/dump-source.ts'
import { findOracle, toolsOf } from './testing/oracle-test.ts'

interface Way {
  readonly major: number
  readonly title: string
  readonly options: readonly string[]
  readonly database?: string
}

/** How pg_dump is told to write an archive: to a pipe where no file is named. */
const ways: readonly Way[] = oracleMajors.flatMap((major) => [
  { major, title: 'custom', options: ['-Fc', '-f', 'FILE'] },
  { major, title: 'custom through a pipe', options: ['-Fc'] },
  { major, title: 'custom, uncompressed', options: ['-Fc', '-Z0', '-f', 'FILE'] },
  { major, title: 'custom, uncompressed, through a pipe', options: ['-Fc', '-Z0'] },
  { major, title: 'custom, INSERTs', options: ['-Fc', '--inserts', '--on-conflict-do-nothing', '-f', 'FILE'] },
  { major, title: 'custom, INSERTs of many rows', options: ['-Fc', '--rows-per-insert=100', '-f', 'FILE'] },
  { major, title: 'custom, definitions alone', options: ['-Fc', '--schema-only', '-f', 'FILE'] },
  { major, title: 'custom, data alone', options: ['-Fc', '--data-only', '-f', 'FILE'] },
  { major, title: 'custom, of a database that it would create', options: ['-Fc', '--create', '--clean', '-f', 'FILE'] },
  { major, title: 'custom, through partition roots', options: ['-Fc', '--load-via-partition-root', '-f', 'FILE'] },
  { major, title: 'custom, in LATIN1', options: ['-Fc', '-f', 'FILE'], database: 'latin' },
  { major, title: 'directory', options: ['-Fd', '-f', 'FILE'] },
  { major, title: 'directory, uncompressed', options: ['-Fd', '-Z0', '-f', 'FILE'] },
  { major, title: 'directory, INSERTs', options: ['-Fd', '--inserts', '-j2', '-f', 'FILE'] },
  { major, title: 'tar', options: ['-Ft', '-f', 'FILE'] },
  { major, title: 'tar through a pipe', options: ['-Ft'] },
  { major, title: 'tar, INSERTs', options: ['-Ft', '--inserts', '-f', 'FILE'] },
  ...(major < 16 ? [] : [{ major, title: 'custom, lz4', options: ['-Fc', '--compress=lz4', '-f', 'FILE'] }]),
  ...(major < 16 ? [] : [{ major, title: 'directory, lz4', options: ['-Fd', '--compress=lz4:9', '-f', 'FILE'] }]),
  ...(major < 16 ? [] : [{ major, title: 'directory, zstd', options: ['-Fd', '--compress=zstd', '-f', 'FILE'] }]),
  ...(major < 16 ? [] : [{ major, title: 'custom, zstd', options: ['-Fc', '--compress=zstd', '-f', 'FILE'] }]),
  ...(major < 18 ? [] : [{ major, title: 'custom, statistics', options: ['-Fc', '--statistics', '-f', 'FILE'] }]),
  ...(major < 18 ? [] : [{ major, title: 'directory, statistics', options: ['-Fd', '--statistics', '-f', 'FILE'] }]),
  ...(major < 18
    ? []
    : [{ major, title: 'tar, statistics alone', options: ['-Ft', '--statistics-only', '-f', 'FILE'] }]),
])

const oracles = await Promise.all(oracleMajors.map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`archives: ${oracle.title}`, () => {
    let folder = ''
    let source: DumpSource
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'archives-'))
      source = await DumpSource.start(oracle.major, toolsOf(oracle))
      await source.psql('tricky', ['-c', moreLargeObjects])
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    const own = ways.filter(({ major }) => major === oracle.major)
    it.for(own.map((way) => [way.title, way] as const))('reads what pg_restore reads: %s', async ([title, way]) => {
      const { options, database = 'tricky' } = way
      const target = join(folder, title.replaceAll(/\W+/g, '-'))
      const piped = await source.dump(
        database,
        options.map((option) => (option === 'FILE' ? target : option)),
      )
      const archive = options.includes('FILE') ? target : piped.path
      const plain = `${target}.sql`
      await writeFile(plain, (await runTool(toolsOf(oracle), 'pg_restore', ['-f', '-', archive])).stdout)

      const [ours, theirs] = [await flat(archive), await flat(plain)]
      expect(ours).toEqual(theirs)
      expect(ours.at(-1)).toBe('end: complete')

      const [own, stock] = [await inspectDump(archive), await inspectDump(plain)]
      const { path, format, compression, fileBytes, plainBytes, ...held } = own
      expect({ ...stock, ...held }).toEqual(stock)
      expect(format).toBe(title.split(/[ ,]/, 1)[0])
      expect([path, fileBytes > 0, plainBytes > 0]).toEqual([archive, true, true])
      expect(compression).toBe(compressionOf(title))
    })
  })
}

function compressionOf(title: string): string {
  if (/tar|uncompressed/.test(title)) return 'none'
  return /zstd|lz4/.exec(title)?.[0] ?? 'gzip'
}

/** More than one is written at once; a group of them with owner, privileges and a comment. */
const moreLargeObjects = `
  SELECT lo_from_bytea(5000 + i, decode(repeat('00', i * 8192), 'hex')) FROM generate_series(0, 5) i;
  SELECT lo_from_bytea(4000000000::oid, 'high');
  ALTER LARGE OBJECT 5001 OWNER TO tricky_owner;
  GRANT SELECT ON LARGE OBJECT 5002 TO tricky_owner;
  GRANT SELECT ON LARGE OBJECT 5003 TO tricky_owner;
  COMMENT ON LARGE OBJECT 5004 IS 'a; comment'`

/** What is read, as lines: statements with their labels, rows by their digest. */
async function flat(path: string): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const entry of openDump(path)) {
    if (entry.kind === 'copy') {
      const digest = createHash('sha256')
      for await (const chunk of entry.data) digest.update(chunk)
      lines.push(
        `copy: ${entry.statement.toString('latin1')} ${digest.digest('hex')} ${JSON.stringify(entry.counted())}`,
      )
    } else if (entry.kind === 'statement') {
      lines.push(`${entry.verb}: ${JSON.stringify(entry.label)} ${entry.text.toString('latin1')}`)
    } else if (entry.kind === 'insert') lines.push(`insert: ${entry.rows} ${entry.text.toString('latin1')}`)
    else if (entry.kind === 'end') lines.push(`end: ${entry.completeness}`)
    else lines.push(`${entry.kind}: ${JSON.stringify(entry)}`)
  }
  return lines
}
