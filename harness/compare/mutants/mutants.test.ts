import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { observe, type Facts } from '../../facts/index.ts'
import { loadRichDatabase } from '../../facts/rich-database/load-rich-database.ts'
import type { Session } from '../../postgres/index.ts'
import { compareFacts } from '../index.ts'
import { mutants } from './mutants.ts'

describe.each([15, 17])('on Postgres %i, a comparison names exactly the object that was changed:', (major) => {
  let server: DisposableServer
  let session: Session
  let baseline: Facts

  beforeAll(async () => {
    server = await embeddedEngine().start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await loadRichDatabase(server)
    session = await server.connect('rich')
    baseline = await observe(session, { source: 'dump-snapshot', fingerprint: false })
  })
  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  /** The change is observed from within its transaction and undone: no clone of the database, nothing left behind. */
  async function observeMutated(sql: string): Promise<Facts> {
    await session.query('BEGIN')
    try {
      await session.query(sql)
      return await observe(session, { source: 'restored', fingerprint: false })
    } finally {
      await session.query('ROLLBACK')
    }
  }

  it('nothing, when nothing was', async () => {
    expect(schemaFindings(baseline, await observeMutated('SELECT 1'))).toEqual([])
  })

  it.each(mutants.map(({ sql, names }) => [names.join(' and '), sql, names] as const))(
    '%s: %s',
    async (_, sql, names) => {
      expect(schemaFindings(baseline, await observeMutated(sql))).toEqual([...names].sort())
    },
  )
})

function schemaFindings(baseline: Facts, restored: Facts): string[] {
  return compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' })
    .filter((finding) => finding.check === 'schema' && finding.status !== 'same')
    .map((finding) =>
      finding.message.replace(/(?:: [^:]+ differs?| is missing| was not there when the backup was taken)$/, ''),
    )
    .map((name) => name.replace(/: [^:]*$/, ''))
    .sort()
}
