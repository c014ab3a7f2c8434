import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareFacts } from '../compare/index.ts'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe } from '../facts/index.ts'
import { narrowFindings, withWayToRows } from './narrow-findings.ts'

let server: DisposableServer

beforeAll(async () => {
  server = await embeddedEngine().start(
    { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await server.createDatabase('first')
  await using session = await server.connect('first')
  await session.query(`CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE TABLE same (id integer);
    INSERT INTO t SELECT i, 'secret ' || i FROM generate_series(1, 500) i; INSERT INTO same VALUES (1)`)
  await using admin = await server.connect('postgres')
  await session[Symbol.asyncDispose]()
  await admin.query('CREATE DATABASE second TEMPLATE first')
})
afterAll(() => server[Symbol.asyncDispose]())

it('rows that are not the same ones are counted, by hashes of their keys, and others left as they are', async () => {
  await using first = await server.connect('first')
  await using second = await server.connect('second')
  await second.query(
    `UPDATE t SET a = 'x' WHERE id IN (3, 4); DELETE FROM t WHERE id = 5; INSERT INTO t VALUES (0, 'y')`,
  )
  const baseline = await observe(first, { source: 'restored', fingerprint: true })
  const restored = await observe(second, { source: 'restored', fingerprint: true })
  const findings = compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' })
  const narrowed = await narrowFindings(findings, baseline, first, second)
  const changed = narrowed.filter(({ message }, index) => message !== findings[index]?.message)
  expect(changed).toEqual([
    expect.objectContaining({
      object: 'public.t',
      message: expect.stringMatching(
        /^public\.t: 500 rows as before, but not the same ones: 2 changed, 1 missing, 1 added \(hashes of keys( [0-9a-f]{16}){4}\)$/,
      ),
    }),
  ])
  expect(JSON.stringify(narrowed)).not.toContain('secret')

  const told = findings.map(withWayToRows)
  expect(told.filter(({ remedy }, index) => remedy !== findings[index]?.remedy)).toEqual([
    expect.objectContaining({ object: 'public.t', remedy: expect.stringContaining('rehearse diff env:NAME') }),
  ])
})
