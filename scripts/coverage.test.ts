import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { silentProgress } from '../harness/core/index.ts'
import { mutants } from '../harness/compare/mutants/index.ts'
import { embeddedEngine } from '../harness/engine/index.ts'
import { catalogueQueries } from '../harness/facts/queries/index.ts'
import { observedMajors, withServersBesideTools } from '../harness/facts/testing/observed-majors.ts'
import { catalogues } from './coverage/catalogues.ts'
import { dumpedKinds } from './coverage/dumped-kinds.ts'
import { buildLedger } from './coverage/ledger.ts'
import { knownMajors, propertiesOf } from './coverage/properties-of.ts'
import { renderLedger } from './coverage/render-ledger.ts'
import { unmutated } from './coverage/unmutated.ts'

const ledger = buildLedger()
const knownKinds = new Set(catalogueQueries.map(({ kind }) => kind))

describe('the coverage ledger', () => {
  it('is what docs/coverage.md says (node scripts/coverage.ts writes it)', async () => {
    expect(await readFile(new URL('../docs/coverage.md', import.meta.url), 'utf8')).toBe(renderLedger())
  })

  it('has a mutant for every property that a query emits', () => {
    const lacking = ledger.flatMap(({ kind, properties }) =>
      properties.filter((p) => p.mutants === 0 && p.instead === null).map((p) => `${kind}: ${p.name}`),
    )
    expect(lacking).toEqual([])
  })

  it('excuses no property that is not there, or that has a mutant', () => {
    const idle = ledger.flatMap(({ kind, properties }) =>
      properties.filter((p) => p.mutants === 0 && p.instead !== null).map((p) => `${kind}: ${p.name}`),
    )
    expect(idle.sort()).toEqual(Object.keys(unmutated).sort())
  })

  it('compares every property', () => {
    const lacking = ledger.flatMap(({ kind, properties }) =>
      properties.filter((p) => p.compared.includes('not compared')).map((p) => `${kind}: ${p.name}`),
    )
    expect(lacking).toEqual([])
  })

  it('knows every change that a mutant claims', () => {
    const known = new Set(
      ledger.flatMap(({ kind, properties }) =>
        [...properties.map(({ name }) => name), 'missing', 'extra'].map((name) => `${kind} ${name}`),
      ),
    )
    const unknown = mutants
      .flatMap(({ changes }) => changes)
      .filter((change) => !/^(?:sequences|row content) /.test(change))
      .filter((change) => {
        const at = change.lastIndexOf(': ')
        return !change
          .slice(at + 2)
          .split(', ')
          .every((name) =>
            [...knownKinds].some((kind) => change.startsWith(`${kind} `) && known.has(`${kind} ${name}`)),
          )
      })
    expect(unknown).toEqual([])
  })

  it('has a kind for every step of pg_dump, or says what stands for it; and a step for every kind', () => {
    expect(dumpedKinds.filter(({ kinds, instead }) => kinds.length === 0 && instead === undefined)).toEqual([])
    expect(dumpedKinds.flatMap(({ kinds }) => kinds).filter((kind) => !knownKinds.has(kind))).toEqual([])
    const stepped = new Set(dumpedKinds.flatMap(({ kinds }) => kinds))
    expect([...knownKinds].filter((kind) => !stepped.has(kind))).toEqual([])
  })
})

const engine = embeddedEngine(withServersBesideTools())
for (const { major, title, isSkipped } of await observedMajors(engine)) {
  it.skipIf(isSkipped)(`every column of every catalogue of ${title} is read or excused`, async () => {
    await using server = await engine.start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await using session = await server.connect('postgres')
    const held = await session.query(`
      SELECT c.relname AS catalogue, a.attname AS column FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r'`)
    const words = new Set(
      catalogueQueries.flatMap((query) => query.text({ major, schemas: 'NULL' }).match(/\w+/g) ?? []),
    )
    const gaps = held.filter(({ catalogue, column }) => {
      const known = catalogues.find(({ name }) => name === catalogue)
      if (known === undefined) return true
      return known.instead === undefined && known.unread[column ?? ''] === undefined && !words.has(column ?? '')
    })
    expect(gaps.map(({ catalogue, column }) => `${catalogue}.${column}`)).toEqual([])
    expect(held.length).toBeGreaterThan(400)
  })

  it.skipIf(isSkipped)(`the properties that are listed are those that ${title} answers with`, async () => {
    await using server = await engine.start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await using session = await server.connect('postgres')
    for (const query of catalogueQueries) {
      await session.query(
        `CREATE TEMPORARY VIEW one_query AS ${query.text({ major, schemas: `'{}'::pg_catalog.oid[]` })}`,
      )
      const columns = await session.query(
        `SELECT attname AS name FROM pg_catalog.pg_attribute WHERE attrelid = 'pg_temp.one_query'::pg_catalog.regclass`,
      )
      await session.query('DROP VIEW one_query')
      const names = columns.map(({ name }) => name ?? '').filter((name) => !['identity', 'signature'].includes(name))
      expect([query.kind, names.sort()]).toEqual([query.kind, propertiesOf(query)])
    }
  })
}

it('the queries were written for the majors that are known', () => {
  expect(knownMajors).toEqual([13, 14, 15, 16, 17, 18])
})
