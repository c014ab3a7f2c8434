import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'
import { StandIn } from './testing/two-servers.ts'

const backup = join(fixtures, 'chakai/backups/2026-11-08-pg17')

let scratch: StandIn
let production: StandIn
beforeAll(async () => {
  scratch = await StandIn.start('postgres')
  production = await StandIn.start('prod_admin')
})
afterAll(async () => {
  await scratch[Symbol.asyncDispose]()
  await production[Symbol.asyncDispose]()
})

const names = { engine: 'server', server: 'env:SCRATCH', production: 'env:PRODUCTION' }

describe('a rehearsal on a server of the users', () => {
  it('answers as one on a server of ours, and leaves nothing there', async () => {
    const before = await scratch.inventory()
    const rehearsed = await rehearseSet(
      'chakai',
      { backup, ...names, baseline: join(backup, 'baseline.json') },
      { environment: { SCRATCH: scratch.url(), PRODUCTION: production.url('prod_admin') } },
    )
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(rehearsed.record.engine?.kind).toBe('server')
    expect(await scratch.inventory()).toEqual(before)
    expect(await production.writes()).toEqual([])
  })
})
