import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import { findOracle } from '../testing/oracle-test.ts'
import { startServer } from '../testing/twins.ts'
import { ClientSandbox } from './client-sandbox.ts'
import { connectionWords } from './connection-words.ts'
import { Overheard } from './overheard.ts'
import { Relay } from './relay.ts'
import { runDump } from './run-dump.ts'
import { clientsOf, stockInto } from './testing/stock-twins.ts'

let server: DisposableServer
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stock-hostile-'))
  await chmod(folder, 0o777)
  server = await startServer(17)
  await server.createDatabase('sample')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const oracle = await findOracle(17)
describe.skipIf(oracle.isSkipped)(`a hostile dump that our reader did not stop: ${oracle.title}`, () => {
  const payloads = (canary: string): readonly string[] => [
    `\\! touch ${canary}`,
    `\\o |touch ${canary}`,
    `\\o ${canary}`,
    `\\copy (select 1) to program 'touch ${canary}'`,
    `\\copy (select 1) to '${canary}'`,
    `SELECT 1 \\g |touch ${canary}`,
    `SELECT 1 \\g ${canary}`,
    `\\set x \`touch ${canary}\``,
    `\\unrestrict \`touch ${canary}; echo x\``,
    `\\w ${canary}`,
    `\\lo_export 1 ${canary}`,
  ]

  it.each([
    ['restricted mode', false],
    ['the sandbox alone', true],
  ])('makes no file and starts no program: %s', async (_, connects) => {
    const files: string[] = []
    for (const [index, payload] of payloads('CANARY').entries()) {
      const canary = join(folder, `canary-${connects}-${index}`)
      const path = join(folder, `hostile-${index}.sql`)
      await writeFile(path, `SELECT 1;\n${payload.replaceAll('CANARY', canary)}\nSELECT 2;\n`)
      await using sandbox = await ClientSandbox.open(server)
      const overheard = new Overheard()
      await using _relay = await Relay.open(sandbox.folder, server.address, overheard)
      const conninfo = await connectionWords(sandbox, server.address, 'sample')
      const file = { path, name: 'hostile.sql', format: 'plain' } as const
      const { end } = await runDump({ file, hostile: [], creates: new Set(), connects }, sandbox, conninfo, {
        clients: clientsOf(oracle),
        database: 'sample',
        provided: new Set(),
        jobs: 1,
        signal: new AbortController().signal,
        progress: silentProgress,
        totalBytes: 0,
      })
      expect(end.signal).toBeNull()
      // Both statements around it were heard: the client did run.
      expect(overheard.databases).toEqual(['sample'])
      if (existsSync(canary)) files.push(`${payload}: ${(await readFile(canary, 'utf8')) || 'empty'}`)
    }
    // Under a sandbox alone an empty file may be made where everybody may make one; nothing is ever in it.
    expect(files.filter((line) => !connects || !line.endsWith(': empty') || /touch/.test(line))).toEqual([])
  })

  it('is not given to a client at all', async () => {
    const path = join(folder, 'stopped.sql')
    const canary = join(folder, 'stopped-canary')
    await writeFile(path, `${smallDump}\\! touch ${canary}\n`)
    await expect(stockInto(server, clientsOf(oracle), [path])).rejects.toMatchObject({ code: 'E_DUMP_HOSTILE' })
    expect(existsSync(canary)).toBe(false)
  })

  it('is not run where it reaches outside the database', async () => {
    const path = join(folder, 'outside.sql')
    await writeFile(path, `${smallDump}LOAD 'x';\nALTER SYSTEM SET fsync = on;\n`)
    const { ledger, runs } = await stockInto(server, clientsOf(oracle), [path])
    expect(ledger.skipped.map(({ verb, hostile }) => [verb, hostile])).toEqual([
      ['LOAD', true],
      ['ALTER SYSTEM', true],
    ])
    expect(runs).toEqual([])
    expect(ledger.statementsLoaded).toBe(0)
  })
})

const smallDump = 'SET statement_timeout = 0;\nCREATE TABLE IF NOT EXISTS public.small (id integer);\n'
