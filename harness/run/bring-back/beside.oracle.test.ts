import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTool } from '../../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../../restore/testing/oracle-test.ts'
import { bringBeside, everythingIn } from '../testing/beside.ts'
import { ScratchServer } from '../testing/scratch-server.ts'

const set = fileURLToPath(new URL('../../../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))
const oracle = await findOracle(17)

describe.skipIf(oracle.isSkipped)(`tables beside others, out of what pg_dump wrote: ${oracle.title}`, () => {
  let scratch: ScratchServer
  beforeAll(async () => {
    scratch = await ScratchServer.start()
    await scratch.renew()
    await scratch.bring({ path: set })
  })
  afterAll(async () => scratch[Symbol.asyncDispose]())

  test.each([
    '-Fc',
    '-Fc --compress=zstd',
    '-Ft',
    '-Fd',
    '-Fp',
    '-Fp --inserts --rows-per-insert=7',
    '-Fp --column-inserts',
  ])('hold the same rows: pg_dump %s', async (form) => {
    const options = form.split(' ')
    const path = join(scratch.folder, `source${options.join('')}.dump`)
    const args = ['-d', scratch.database, ...options, '-f', path]
    await runTool(toolsOf(oracle), 'pg_dump', args, scratch.server.address)
    const before = await everythingIn(scratch)
    const names = ['applications', 'forum_likes']
    const pairs = Object.fromEntries(names.map((name) => [name, `${name}_back`]))
    const { report, fault } = await bringBeside(scratch, pairs, { path })
    expect([fault, report?.restored?.refused]).toEqual([null, []])
    expect(report?.restored?.state).toBe('complete')
    expect(await everythingIn(scratch, /_back/)).toEqual(before)
    for (const name of names) {
      const rows = async (table: string) => scratch.read(`select t::text from public.${table} as t order by 1`)
      expect(await rows(`${name}_back`)).toEqual(await rows(name))
      await scratch.read(`drop table public.${name}_back`)
    }
    expect(await everythingIn(scratch)).toEqual(before)
  })

  test('hold the same rows, out of a dump in another encoding; names that it can not say are refused', async () => {
    await scratch.renew()
    await scratch.read(`create table public.item as select 'Größe ' || n as "größe" from generate_series(1, 9) as n`)
    await scratch.read('alter table public.item add constraint item_check check ("größe" like $$Größe%$$)')
    const path = join(scratch.folder, 'latin.sql')
    await runTool(
      toolsOf(oracle),
      'pg_dump',
      ['-d', scratch.database, '-E', 'LATIN1', '-f', path],
      scratch.server.address,
    )
    const { fault } = await bringBeside(scratch, { item: 'stück' }, { path })
    expect(fault).toMatchObject({ code: 'E_SELECTION_EMPTY', message: expect.stringContaining('LATIN1') })
    expect((await bringBeside(scratch, { item: 'back' }, { path })).report?.restored?.state).toBe('complete')
    const rows = async (table: string) => scratch.read(`select "größe" from public.${table} order by 1`)
    expect(await rows('back')).toEqual(await rows('item'))
  })
})
