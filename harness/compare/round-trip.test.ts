import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, reparseDifferences, type Facts } from '../facts/index.ts'
import { loadRichDatabase } from '../facts/rich-database/load-rich-database.ts'
import { compareFacts, type Finding } from './index.ts'

/** The stock clients are the oracle: what they dump and restore must come out the same. */
const clients = await stockClients()

async function stockClients(): Promise<string | null> {
  const { stdout, failed } = await execa('pg_dump', ['--version'], { reject: false, env: {}, stdin: 'ignore' })
  const major = failed ? null : (/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? null)
  return major !== null && Number(major) >= 15 ? major : null
}

describe.skipIf(clients === null)('what pg_dump and psql (on PATH, 15 or later) restore', () => {
  let server: DisposableServer

  beforeAll(async () => {
    server = await embeddedEngine().start(
      { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await loadRichDatabase(server)
    await server.createDatabase('deparsed')
    await using session = await server.connect('deparsed')
    await session.query(await readFile(new URL('../facts/rich-database/deparsed.sql', import.meta.url), 'utf8'))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function copied(
    database: string,
  ): Promise<{ readonly source: Facts; readonly copy: Facts; readonly respelled: Facts }> {
    const { host, port, user } = server.address
    const to = ['--host', host, '--port', String(port), '--username', user]
    const dump = await execa('pg_dump', [...to, database], { stdin: 'ignore' })
    await server.createDatabase(`${database}_copy`)
    await execa('psql', [...to, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', `${database}_copy`], { input: dump.stdout })
    await using original = await server.connect(database)
    await using restored = await server.connect(`${database}_copy`)
    const source = await observe(original, { source: 'dump-snapshot', fingerprint: true })
    const copy = await observe(restored, { source: 'restored', fingerprint: true })
    return { source, copy, respelled: await reparseDifferences(restored, source, copy) }
  }

  const differing = (baseline: Facts, restored: Facts): Finding[] =>
    compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' }).filter(({ status }) => status !== 'same')

  it('is the same, but for the order of an inheritance child’s columns', async () => {
    const { copy, respelled } = await copied('rich')
    expect(differing(respelled, copy).map(({ object, notice }) => [object, notice])).toEqual([
      ['app.child.c', true],
      ['app.child.late', true],
    ])
  })

  it('is spelled otherwise in places, and is the same once that was read again', async () => {
    const { source, copy, respelled } = await copied('deparsed')
    expect(differing(source, copy).length).toBeGreaterThan(10)
    expect(differing(respelled, copy)).toEqual([])
  })
})
