import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret, silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { openProduction } from './production.ts'

const open = (url: string) => openProduction(new Secret(url, 'env:PRODUCTION_URL'))

describe('production', () => {
  it.each(['postgresql://u:p@db.example:6543/x', 'postgresql://u:p@db.example/x?port=6543'])(
    'is not spoken to through a transaction-mode pooler: %s',
    async (url) => {
      await expect(open(url)).rejects.toMatchObject({ code: 'E_PRODUCTION_POOLER' })
    },
  )

  it('is named by a URL, and what is none is refused without being repeated', async () => {
    await expect(open('hunter2')).rejects.toMatchObject({
      code: 'E_USAGE',
      message: expect.not.stringContaining('hunter2'),
    })
  })

  it('that does not answer is the fault of nobody’s backup, and its password is in no message', async () => {
    const refused = open('postgresql://u:hunter2@127.0.0.1:9/x')
    await expect(refused).rejects.toMatchObject({ code: 'E_PRODUCTION_UNREACHABLE', kind: 'environment' })
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') })
    await expect(refused).rejects.toMatchObject({ hint: 'check the address, the password and the network' })
    await expect(open('postgresql://u@127.0.0.1:9/x')).rejects.toMatchObject({
      hint: expect.stringContaining('the password (there is none in the URL)'),
    })
  })
})

describe('a session on production', () => {
  let server: DisposableServer

  beforeAll(async () => {
    const options = { signal: new AbortController().signal, progress: silentProgress }
    server = await embeddedEngine().start({ major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' }, options)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const url = () => `postgresql://postgres:any@/postgres?host=${server.address.host}&port=${server.address.port}`

  it('may only read', async () => {
    await using session = await open(url())
    await expect(session.query('create table public.t ()')).rejects.toMatchObject({ facts: { sqlstate: '25006' } })
  })

  it('waits for no lock', async () => {
    await using owner = await server.connect('postgres')
    await owner.query('create table public.held (a int)')
    await owner.query('begin; lock table public.held in access exclusive mode')
    await using session = await open(url())
    const started = performance.now()
    await expect(session.query('select * from public.held')).rejects.toMatchObject({ facts: { sqlstate: '55P03' } })
    expect(performance.now() - started).toBeLessThan(5_000)
    await owner.query('rollback')
  })
})
