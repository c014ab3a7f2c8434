import { expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from '../embedded/embedded-engine.ts'
import { lacksOf } from '../holdings.ts'
import type { EngineDemand } from '../types.ts'
import { serverHoldings } from './server-holdings.ts'

const demand = (kind: EngineDemand['kind'], name: string, version: string | null = null): EngineDemand => ({
  kind,
  name,
  version,
  objects: ['public.t'],
  callers: [],
})

it('a server is asked what it holds, without a write', async () => {
  const options = { signal: new AbortController().signal, progress: silentProgress }
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  await using server = await embeddedEngine().start(need, options)
  await using session = await server.connect('postgres')
  await session.query('SET default_transaction_read_only = on')
  const holdings = await serverHoldings(session, server.major)
  const demands = [
    demand('extension', 'hstore'),
    demand('extension', 'hstore', '1.4'),
    demand('extension', 'hstore', '0.9'),
    demand('extension', 'nowhere_to_be_had'),
    demand('libc locale', 'xx_YY.utf8'),
    demand('icu locale', 'de'),
  ]
  expect(lacksOf(demands, holdings, String).map(({ what }) => what)).toEqual([
    'extension hstore 0.9',
    'extension nowhere_to_be_had',
    'libc locale xx_YY.utf8',
  ])
})
