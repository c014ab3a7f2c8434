import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteIdentifier, quoteLiteral, silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe } from './index.ts'
import { observedMajors, withServersBesideTools } from './testing/observed-majors.ts'
import { userTypes, valuesOfTypes, valuesOfUserTypes, withoutInput } from './testing/values-of-types.ts'
import { textForms } from './text-forms.ts'

interface Sample {
  /** Names the table that holds it. */
  readonly title: string
  readonly type: string
  /** Null: NULL. */
  readonly value: string | null
}

const samples: readonly Sample[] = [
  ...Object.entries(valuesOfTypes),
  ...Object.entries(valuesOfUserTypes).map(([type, values]) => [quoteIdentifier(type), values] as const),
].flatMap(([type, values]) => [
  ...[null, ...values].map((value, index) => ({ title: `${type} ${index}`, type, value })),
  ...arraysOf(type, values),
])

/** Arrays of the type: none, with NULL, with each value. */
function arraysOf(type: string, values: readonly string[]): readonly Sample[] {
  const quoted = values.map((value) => `{"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"}`)
  const arrays = ['{}', '{NULL}', ...quoted]
  return [null, ...arrays].map((value, index) => ({ title: `${type}[] ${index}`, type: `${type}[]`, value }))
}

/** `made` holds each sample, `again` what comes of its text, as a dump and a restore would do it. */
const tables = samples
  .map(({ title, type, value }) => {
    const literal = value === null ? 'NULL' : quoteLiteral(value)
    const name = quoteIdentifier(title)
    return `CREATE TABLE made.${name} (v ${type}); INSERT INTO made.${name} VALUES (${literal});
      CREATE TABLE again.${name} (other integer, v ${type}, gone integer); ALTER TABLE again.${name} DROP COLUMN other, DROP COLUMN gone;
      DO $do$ DECLARE value text;
      BEGIN
        SELECT CASE WHEN v IS NOT DISTINCT FROM NULL THEN 'NULL' ELSE quote_literal(concat(v)) END FROM made.${name} INTO value;
        EXECUTE 'INSERT INTO again.' || quote_ident(${quoteLiteral(title)}) || ' VALUES (' || value || ')';
      END $do$;`
  })
  .join('\n')

type Fingerprints = ReadonlyMap<string, string | null>

const engine = embeddedEngine(withServersBesideTools())
const majors = await observedMajors(engine)
const seen = new Map<number, { readonly made: Fingerprints; readonly again: Fingerprints; readonly types: string[] }>()
const servers: DisposableServer[] = []

beforeAll(async () => {
  for (const { major } of majors.filter(({ isSkipped }) => !isSkipped)) {
    const server = await engine.start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    servers.push(server)
    await server.createDatabase('types')
    await using session = await server.connect('types')
    await session.query(`CREATE SCHEMA made; CREATE SCHEMA again; ${userTypes}`)
    await session.query(`SET TimeZone = 'UTC'; SET extra_float_digits = 1; ${tables}`)
    const facts = await observe(session, { source: 'restored', fingerprint: true })
    const of = (schema: string): Fingerprints =>
      new Map(facts.tables.filter((table) => table.schema === schema).map((table) => [table.name, table.fingerprint]))
    const types = await session.query(`
      SELECT format_type(oid, NULL) AS name FROM pg_type
      WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND typname !~ '^_'`)
    seen.set(major, { made: of('made'), again: of('again'), types: types.map(({ name }) => name ?? '') })
  }
}, 120_000)
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]()
})

describe.each(majors.filter(({ isSkipped }) => !isSkipped))('on $title', ({ major }) => {
  it('every built-in type that a column may have is tried', () => {
    const tried = [...Object.keys(valuesOfTypes).map((name) => name.replace(/\(\d+\)$/, '')), ...withoutInput]
    const missing = seen.get(major)?.types.filter((name) => !tried.includes(name))
    expect(missing).toEqual([])
    expect(seen.get(major)?.made.size).toBe(samples.length)
  })

  it.each([...new Set(samples.map(({ type }) => type))])('values of %s are told apart, and from NULL', (type) => {
    const ofType = samples.filter((sample) => sample.type === type)
    const fingerprints = ofType.map(({ title }) => seen.get(major)?.made.get(title))
    expect(fingerprints).not.toContain(null)
    expect(fingerprints).not.toContain(undefined)
    const alike = ofType.filter((_, index) => fingerprints.indexOf(fingerprints[index]) !== index)
    expect(alike).toEqual([])
  })

  it('all are the same again after they were written as text and read back, in a table laid out otherwise', () => {
    const made = seen.get(major)?.made ?? new Map<string, string>()
    const changed = samples.filter(({ title }) => seen.get(major)?.again.get(title) !== made.get(title))
    expect(changed).toEqual([])
  })

  it('and the same as on the oldest server', () => {
    const [oldest] = majors
    const before = seen.get(oldest?.major ?? 0)?.made ?? new Map<string, string>()
    const changed = samples.filter(({ title }) => seen.get(major)?.made.get(title) !== before.get(title))
    expect(before.size).toBe(samples.length)
    expect(changed).toEqual([])
  })
})

it('types that take a short cut are not made by users', () => {
  expect(Object.keys(textForms).every((oid) => Number(oid) < 16_384)).toBe(true)
  expect(Object.keys(textForms).length).toBeGreaterThan(20)
})
