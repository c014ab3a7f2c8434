import { expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { observe, parseFacts, serialiseFacts } from './index.ts'
import { kindsAlwaysObserved } from './observed-properties.ts'
import { loadRichDatabase } from './rich-database/load-rich-database.ts'

it('a document names every property that its objects have, and kinds of which there are none', async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  await using server = await embeddedEngine().start(need, {
    signal: new AbortController().signal,
    progress: silentProgress,
  })
  await server.createDatabase('nothing')
  await using empty = await server.connect('nothing')
  const { observed = {}, objects: few } = await observe(empty, { source: 'live', fingerprint: false })
  expect(few.some(({ kind }) => kind === 'cast')).toBe(false)
  expect(observed['cast']).toEqual(['comment', 'context', 'method'])
  expect(Object.keys(observed)).toEqual(expect.arrayContaining([...kindsAlwaysObserved]))

  await loadRichDatabase(server)
  await using session = await server.connect('rich')
  const facts = await observe(session, { source: 'live', fingerprint: false })
  expect(facts.objects.length).toBeGreaterThan(100)
  const held = new Set(
    facts.objects.flatMap(({ kind, properties }) => Object.keys(properties).map((name) => `${kind}: ${name}`)),
  )
  const named = new Set(Object.entries(observed).flatMap(([kind, names]) => names.map((name) => `${kind}: ${name}`)))
  expect([...held].filter((name) => !named.has(name))).toEqual([])
  expect(parseFacts(serialiseFacts(facts)).observed).toEqual(observed)
})
