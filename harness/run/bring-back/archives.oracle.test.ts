import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTool } from '../../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../../restore/testing/oracle-test.ts'
import { ScratchServer } from '../testing/scratch-server.ts'

const set = fileURLToPath(new URL('../../../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))
const oracle = await findOracle(17)

describe.skipIf(oracle.isSkipped)(`what pg_dump wrote, and writes again: ${oracle.title}`, () => {
  let scratch: ScratchServer
  let source = ''
  beforeAll(async () => {
    scratch = await ScratchServer.start()
    await scratch.renew()
    source = scratch.database
    await scratch.bring({ path: set })
  })
  afterAll(async () => scratch[Symbol.asyncDispose]())

  async function dump(database: string, options: readonly string[]): Promise<string> {
    const args = ['-d', database, ...options]
    return (await runTool(toolsOf(oracle), 'pg_dump', args, scratch.server.address)).stdout.toString()
  }

  /** Rows of INSERTs come to lie in other pages: lines are compared, whatever their order. */
  async function linesOf(database: string, options: readonly string[] = []): Promise<readonly string[]> {
    return (await dump(database, ['--restrict-key=same', ...options])).split('\n').sort()
  }

  test.each(['-Fc', '-Fc --compress=zstd', '-Ft', '-Fd', '-Fp', '-Fp --inserts'])(
    'is the same database: pg_dump %s',
    async (form) => {
      const options = form.split(' ')
      const path = join(scratch.folder, `source${options.join('')}.dump`)
      await dump(source, [...options, '-f', path])
      const whole = await linesOf(source)
      await scratch.renew()
      expect((await scratch.bring({ path })).report?.restored?.state).toBe('complete')
      expect(await linesOf(scratch.database)).toEqual(whole)
      await scratch.renew()
      await scratch.bring({ path, only: 'schema' })
      await scratch.bring({ path, only: 'data' })
      expect(await linesOf(scratch.database)).toEqual(whole)
      await scratch.renew()
      await scratch.bring({ path, tables: ['applications'] })
      const rows = ['--section=data', '-t', 'public.applications']
      expect(await linesOf(scratch.database, rows)).toEqual(await linesOf(source, rows))
    },
  )
})
