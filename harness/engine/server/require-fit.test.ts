import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress, type SqlRunner } from '../../core/index.ts'
import { embeddedEngine } from '../embedded/embedded-engine.ts'
import type { DisposableServer, EngineNeed } from '../types.ts'
import { lookAtServer, type ServerState } from './look-at-server.ts'
import { requireFit, requireOneSession } from './require-fit.ts'

const need: EngineNeed = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
let server: DisposableServer
let state: ServerState
beforeAll(async () => {
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await using session = await server.connect('postgres')
  state = await lookAtServer(session)
})
afterAll(async () => server[Symbol.asyncDispose]())

const about = { need, source: 'env:SCRATCH', superuser: 'postgres' }

describe('a server', () => {
  test('that says nothing against itself is fit', () => {
    expect(state).toMatchObject({
      major: 17,
      login: 'postgres',
      isSuperuser: true,
      isStandby: false,
      isReadOnly: false,
    })
    expect(() => requireFit(state, about)).not.toThrow()
    expect(() => requireFit(state, { ...about, need: { ...need, major: 15 } })).not.toThrow()
  })

  test('that is a standby is none to write to', () => {
    expect(() => requireFit({ ...state, isStandby: true }, about)).toThrow(/env:SCRATCH\) is a standby/)
  })

  test('behind a pooler that hands out sessions by statement or transaction is refused', async () => {
    await using one = await server.connect('postgres')
    await using other = await server.connect('postgres')
    await expect(requireOneSession(one, 'env:SCRATCH')).resolves.toBe(undefined)
    let statements = 0
    const pooled: SqlRunner = {
      query: async (text) => {
        statements += 1
        return (text === 'COMMIT' || statements < 4 ? one : other).query(text)
      },
    }
    await expect(requireOneSession(pooled, 'env:SCRATCH')).rejects.toMatchObject({ code: 'E_TARGET_POOLER' })
  })
})
