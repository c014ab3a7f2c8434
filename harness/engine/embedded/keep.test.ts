import { execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../postgres/index.ts'
import { sweepOrphans } from '../index.ts'

const harness = `
const { embeddedEngine } = await import(process.argv[1])
const { silentProgress } = await import(process.argv[2])
const engine = embeddedEngine({ cacheFolder: process.argv[3] })
const need = { major: 15, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
const server = await engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
await server.createDatabase('shop')
await using session = await server.connect('shop')
await session.query('CREATE TABLE item AS SELECT 7 AS id')
const kept = await server.keep()
await server[Symbol.asyncDispose]()
console.log(JSON.stringify({ kept, address: server.address }))
`

interface Kept {
  readonly kept: { readonly connect: string; readonly stop: string }
  readonly address: { readonly host: string; readonly port: number; readonly user: string }
}

let cacheFolder = ''
beforeAll(async () => {
  cacheFolder = await mkdtemp('/tmp/rehearsal-test-')
  await chmod(cacheFolder, 0o755)
})
afterAll(async () => rm(cacheFolder, { recursive: true, force: true }))

describe('a server that is kept', () => {
  test('outlives us with its rows, is spared by the sweep, and ends by the line that was given', async () => {
    const modules = ['../index.ts', '../../core/index.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
    const child = spawn(process.execPath, ['--input-type=module', '-e', harness, ...modules, cacheFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => void child.once('exit', resolve))
    const { kept, address } = JSON.parse(await text(child.stdout)) as Kept
    expect(await ended).toBe(0)
    expect(await sweepOrphans({ cacheFolder })).not.toContain(dirname(address.host))
    {
      await using session = await connect(address, 'shop')
      expect(await session.query('SELECT id FROM item')).toEqual([{ id: '7' }])
      const [row] = await session.query(`SELECT pg_catalog.pg_read_file('/proc/self/net/dev') AS devices`)
      expect(row?.['devices']?.trim().split('\n').slice(2)).toEqual([expect.stringMatching(/^ *lo:/)])
    }
    expect(kept.connect).toContain(address.host)
    await promisify(execFile)('/bin/sh', ['-c', kept.stop])
    await expect(connect(address, 'shop')).rejects.toMatchObject({ code: 'E_ENGINE_START' })
    expect(existsSync(dirname(address.host))).toBe(false)
  })
})
