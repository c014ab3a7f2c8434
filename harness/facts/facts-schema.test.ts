import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { factsJsonSchema, observe, parseFacts, serialiseFacts, type Facts } from './index.ts'
import { loadRichDatabase } from './rich-database/load-rich-database.ts'

const published = new URL('../../docs/facts.schema.json', import.meta.url)

let servers: readonly DisposableServer[] = []
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  const options = { signal: new AbortController().signal, progress: silentProgress }
  servers = [await embeddedEngine().start(need, options), await embeddedEngine().start(need, options)]
  for (const server of servers) await loadRichDatabase(server)
})
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]()
})

async function take(server: DisposableServer | undefined): Promise<string> {
  if (!server) throw new Error('no such server')
  await using session = await server.connect('rich')
  return serialiseFacts(await observe(session, { source: 'live', fingerprint: true }))
}

/** The document without what names its moment and its server. */
function lasting(document: string): string {
  const { takenAt: _, server, ...rest } = parseFacts(document)
  const { systemIdentifierHash: __, databaseBytes: ___, ...lastingServer } = server
  const facts: Facts = {
    ...rest,
    takenAt: '2026-01-01T00:00:00Z',
    server: { ...lastingServer, systemIdentifierHash: null, databaseBytes: '0' },
  }
  return serialiseFacts(facts)
}

describe('a facts document', () => {
  it('is described by docs/facts.schema.json, which is what the code generates', async () => {
    await expect(factsJsonSchema()).toMatchFileSnapshot(published.pathname)
  })

  it('is valid by the published schema', async () => {
    const schema = z.fromJSONSchema(
      JSON.parse(await readFile(published, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
    )
    const document = JSON.parse(await take(servers[0])) as Record<string, unknown>
    expect(schema.safeParse(document).error).toBeUndefined()
    expect(schema.safeParse({ ...document, rowValues: [] }).success).toBe(false)
  })

  it('has the same bytes whenever it is taken, but for takenAt', async () => {
    const [first, second] = [await take(servers[0]), await take(servers[0])]
    expect(first.split('\n').length).toBeGreaterThan(100)
    const changed = first.split('\n').filter((line, index) => line !== second.split('\n')[index])
    expect(changed.map((line) => line.split(':')[0])).toEqual(['"takenAt"'])
  })

  it('has the same bytes on another server, but for what names the moment and the server', async () => {
    const [one, other] = [await take(servers[0]), await take(servers[1])]
    expect(one).not.toBe(other)
    expect(lasting(one)).toBe(lasting(other))
  })

  it('lists its keys, its objects, its tables and its sequences in order', async () => {
    const facts = parseFacts(await take(servers[0]))
    const names = {
      objects: facts.objects.map(({ kind, identity }) => `${kind}\u0000${identity}`),
      tables: facts.tables.map(({ schema, name }) => `${schema}\u0000${name}`),
      sequences: facts.sequences.map(({ schema, name }) => `${schema}\u0000${name}`),
      schemas: [...facts.schemas],
    }
    for (const list of Object.values(names)) {
      expect(list.length).toBeGreaterThan(1)
      expect(list).toEqual(list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    }
    const properties = facts.objects.map((object) => Object.keys(object.properties))
    expect(properties.filter((keys) => keys.join() !== keys.toSorted().join())).toEqual([])
  })
})
