import { expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from '../../engine/index.ts'
import { observe, type Facts } from '../../facts/index.ts'
import { compareFacts } from '../compare-facts.ts'

const granted = `
  CREATE ROLE app;
  GRANT EXECUTE ON FUNCTION pg_catalog.pg_current_logfile() TO app;
  GRANT SELECT ON pg_catalog.pg_shadow TO app;
  REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC`

async function factsOn(major: number, sql: string): Promise<Facts> {
  await using server = await embeddedEngine().start(
    { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await using session = await server.connect('postgres')
  await session.query(sql)
  return await observe(session, { source: 'restored', fingerprint: true })
}

it('what was granted on the server’s own objects is the same on 15 and 17, and what was not is seen', async () => {
  const baseline = await factsOn(15, granted)
  const changesTo = (restored: Facts): readonly (string | null)[] =>
    compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' })
      .filter(({ check, status, notice }) => check === 'schema' && status === 'differs' && !notice)
      .map(({ object }) => object)
  expect(baseline.objects.filter(({ kind }) => kind === 'changed privileges')).toHaveLength(3)
  expect(changesTo(await factsOn(17, granted))).toEqual([])
  const [create = '', logfile = '', ...others] = granted.split(';')
  expect(changesTo(await factsOn(17, [create, ...others].join(';')))).toEqual([
    'pg_catalog."function pg_catalog.pg_current_logfile()"',
  ])
  expect(
    changesTo(await factsOn(17, [create, logfile, 'GRANT SELECT ON pg_catalog.pg_shadow TO app'].join(';'))),
  ).toEqual(['pg_catalog."function pg_catalog.pg_sleep(double precision)"'])
})
