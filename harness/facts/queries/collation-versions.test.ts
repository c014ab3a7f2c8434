import { expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from '../../engine/index.ts'
import { collationVersions } from './collation-versions.ts'

/** A locale of the C library, spelled as initdb and as CREATE DATABASE spell it. glibc gives its own version for any name. */
const sortsByLibrary = `UPDATE pg_collation SET collcollate = 'xx_YY.utf8' WHERE collname = 'C.utf8';
  UPDATE pg_database SET datcollate = 'xx_YY.UTF-8' WHERE datname = current_database()`

it('a database that records no version of its collation has that of its library', async () => {
  await using server = await embeddedEngine().start(
    { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await using session = await server.connect('postgres')
  const text = collationVersions.text({ major: 14, schemas: `'{}'::pg_catalog.oid[]` })
  expect(await session.query(text)).toEqual([])
  await session.query('BEGIN')
  await session.query(sortsByLibrary)
  const [library] = await session.query(
    `SELECT pg_collation_actual_version('pg_catalog."C.utf8"'::regcollation) AS version`,
  )
  const version = library?.['version'] ?? null
  const told = { identity: '["default"]', signature: 'libc', 'recorded version': null, version }
  // Other C libraries know none.
  expect(await session.query(text)).toEqual(version === null ? [] : [told])
  await session.query('ROLLBACK')
})
