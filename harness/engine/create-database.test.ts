import { describe, expect, test } from 'vitest'
import { createDatabaseSql } from './create-database.ts'

describe('a database for the dump', () => {
  test('is UTF8 from template0 unless the dump says otherwise', () => {
    expect(createDatabaseSql(17, 'shop', {})).toBe(`CREATE DATABASE "shop" TEMPLATE template0 ENCODING 'UTF8'`)
  })

  test('another encoding takes the one locale that goes with it', () => {
    expect(createDatabaseSql(15, 'x', { encoding: 'LATIN1' })).toContain(
      `ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc`,
    )
  })

  test('a collation stands for both where only it is given', () => {
    expect(createDatabaseSql(14, 'x', { collate: 'de_DE.UTF-8' })).toMatch(
      /LC_COLLATE 'de_DE\.UTF-8' LC_CTYPE 'de_DE\.UTF-8'$/,
    )
  })

  test('a hostile name stays a name', () => {
    expect(createDatabaseSql(17, 'a" OWNER evil; --', {})).toContain('"a"" OWNER evil; --"')
    expect(createDatabaseSql(17, 'a', { encoding: `UTF8' x` })).toContain(`'UTF8'' x'`)
  })
})
