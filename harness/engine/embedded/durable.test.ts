import { expect, test } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from './embedded-engine.ts'

const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }

test.each([
  { durable: true, settings: { fsync: 'on', commit: 'on', pages: 'on' }, place: 'data on disk' },
  { durable: false, settings: { fsync: 'off', commit: 'off', pages: 'off' }, place: expect.stringMatching(/^data /) },
])('a server whose restore is timed keeps what it writes: $durable', async ({ durable, settings, place }) => {
  const options = { signal: new AbortController().signal, progress: silentProgress }
  await using server = await embeddedEngine().start({ ...need, durable }, options)
  expect(server.isolation.notes).toContainEqual(place)
  await using session = await server.connect('postgres')
  expect(
    await session.query(`
      SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
        current_setting('full_page_writes') AS pages`),
  ).toEqual([settings])
})
