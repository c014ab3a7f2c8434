import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observeTogether, type Facts } from './index.ts'
import { decoys, honestDatabase, type Decoy } from './testing/decoys.ts'

it('there are decoys', () => {
  expect(decoys).toHaveLength(102)
})

describe('a restored copy that lies', () => {
  let server: DisposableServer
  let honest: Facts

  beforeAll(async () => {
    server = await embeddedEngine().start(
      { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await server.createDatabase('honest')
    await withDatabase('honest', `CREATE ROLE reader; ${honestDatabase}`)
    honest = await factsOf('honest')
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())

  async function withDatabase(database: string, sql: string): Promise<void> {
    await using session = await server.connect(database)
    await session.query(sql)
  }

  async function factsOf(database: string): Promise<Facts> {
    await using first = await server.connect(database)
    await using second = await server.connect(database)
    return await observeTogether([first, second], { source: 'restored', fingerprint: true, statementTimeoutMs: 20_000 })
  }

  /** Objects by name, with all that is known of them. The database's own settings are what a decoy may change. */
  function objectsOf(facts: Facts): Map<string, string> {
    return new Map(
      facts.objects
        .filter(({ kind }) => kind !== 'database' && kind !== 'role')
        .map(({ kind, identity, properties }) => [`${kind} ${identity}`, JSON.stringify(properties)]),
    )
  }

  it('deceives whoever takes names and settings as they come', async () => {
    await withDatabase('postgres', 'CREATE DATABASE naive TEMPLATE honest; ')
    await withDatabase('postgres', 'ALTER DATABASE naive SET search_path = public, pg_catalog')
    const titles = [
      'a function md5(text)',
      'an operator = of texts',
      'a cast of json to text',
      'a cast of regclass to text',
      'a cast of text to integer',
    ]
    const made = decoys.filter(({ title }) => titles.includes(title))
    for (const decoy of made) await withDatabase('naive', decoy.made)
    await using session = await server.connect('naive')
    expect(
      await session.query(`SELECT md5('x'), 'x'::text = 'y'::text AS equal, json_build_array('x')::text AS identity,
        'pg_class'::regclass::text AS "table", current_setting('server_version_num')::integer AS major`),
    ).toEqual([{ md5: 'same', equal: 't', identity: 'same', table: 'same', major: null }])
    // One of these, and the server would no longer know which of two operators is meant.
    await withDatabase('naive', decoys.find(({ title }) => title === 'a cast of smallint to text')?.made ?? '')
    await expect(session.query(`SELECT relnatts || ' columns' FROM pg_catalog.pg_class`)).rejects.toThrow('42725')
  })

  it.each(decoys)('by $title', async ({ title, made }: Decoy) => {
    const name = `decoy ${decoys.findIndex((decoy) => decoy.title === title)}`
    await withDatabase('postgres', `CREATE DATABASE "${name}" TEMPLATE honest`)
    try {
      // So that a decoy in public comes first for whoever takes names as they come.
      await withDatabase('postgres', `ALTER DATABASE "${name}" SET search_path = public, pg_catalog`)
      await withDatabase(name, made.replaceAll('DATABASE "DATABASE"', `DATABASE "${name}"`))
      const facts = await factsOf(name)
      const names = new Set(honest.tables.map(({ schema, name }) => `${schema}.${name}`))
      expect(facts.tables.filter(({ schema, name }) => names.has(`${schema}.${name}`))).toEqual(honest.tables)
      expect(facts.tables.filter(({ unreadable }) => unreadable !== undefined)).toEqual([])
      expect(facts.sequences).toEqual(honest.sequences)
      const objects = objectsOf(facts)
      const changed = [...objectsOf(honest)].filter(([object, text]) => objects.get(object) !== text)
      // Row security is told of the table that has it: seen, not believed.
      const told = title.startsWith('row security') ? ['table public.secret'] : []
      expect(changed.map(([object]) => object)).toEqual(told)
    } finally {
      await withDatabase('postgres', 'ALTER ROLE postgres RESET ALL')
      await withDatabase('postgres', `DROP DATABASE "${name}" WITH (FORCE)`)
    }
  })
})
