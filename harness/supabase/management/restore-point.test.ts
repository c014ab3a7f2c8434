import { describe, expect, it } from 'vitest'
import {
  ManagementServer,
  recoverableProject,
  type PlannedFault,
  type ServerFault,
  type ServerOptions,
} from '../../../fixtures/management-server/index.ts'
import { systemClock, type Fault } from '../../core/index.ts'
import { readAccess } from './access.ts'
import { ManagementApi } from './client.ts'
import { readPlatform } from './read-platform.ts'
import { makeRestorePoint, requireFitName } from './restore-point.ts'

const { signal } = new AbortController()
const recoverable = recoverableProject(new Date())
const start = (options: Partial<ServerOptions>) =>
  ManagementServer.start({ project: recoverable, token: 'sbp_x', ...options })
const apiOf = (server: ManagementServer) =>
  new ManagementApi(readAccess(server.environment), recoverable.ref, { signal, pauseMs: 5 })

describe('a restore point', () => {
  const options = { signal, clock: systemClock, waitMs: 5_000, pauseMs: 5 }
  const faultOn = (fault: ServerFault): readonly PlannedFault[] => [{ on: 'POST', times: 1, fault }]

  it('has a name of at most twenty characters', () => {
    expect(requireFitName('a'.repeat(20))).toHaveLength(20)
    for (const name of ['a'.repeat(21), '', 'a b', 'ä', 'a/b', 'x&name=y'])
      expect(() => requireFitName(name)).toThrow(/restore point/)
  })

  it('with a name that is too long is refused before anything is asked', async () => {
    await using server = await start({})
    const name = 'production_full_backup_pre_migra'
    await expect(makeRestorePoint(apiOf(server), name, options)).rejects.toMatchObject({ code: 'E_USAGE' })
    await expect(readPlatform(apiOf(server), name)).rejects.toMatchObject({ code: 'E_USAGE' })
    expect(server.asked).toEqual([])
  })

  it('is made once and waited for', async () => {
    await using server = await start({ pendingFor: 3 })
    expect(await makeRestorePoint(apiOf(server), 'mine', options)).toMatchObject({ status: 'AVAILABLE' })
    expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  it('whose answer got lost is looked for, and not made again', async () => {
    await using server = await start({ faults: faultOn({ kind: 'lost answer' }) })
    expect(await makeRestorePoint(apiOf(server), 'mine', options)).toMatchObject({ status: 'AVAILABLE' })
    expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  it('is not asked for where nobody knows whether there is one of that name', async () => {
    for (const fault of [
      { kind: 'status', status: 401 },
      { kind: 'status', status: 500 },
      { kind: 'reset' },
    ] as const) {
      await using server = await start({ faults: [{ on: 'GET', times: 3, fault }] })
      await expect(makeRestorePoint(apiOf(server), 'mine', options)).rejects.toMatchObject({
        message: expect.stringContaining('nothing was sent'),
      })
      expect(server.asked.filter((line) => line.startsWith('POST'))).toEqual([])
    }
    // A token that may write and not read.
    await using server = await start({ faults: [{ on: 'GET', times: 1, fault: { kind: 'status', status: 403 } }] })
    expect(await makeRestorePoint(apiOf(server), 'mine', options)).toMatchObject({ status: 'AVAILABLE' })
  })

  it('is not made where the platform refuses, and never twice', async () => {
    for (const fault of [
      { kind: 'status', status: 403 },
      { kind: 'status', status: 429 },
      { kind: 'reset' },
    ] as const) {
      await using server = await start({ faults: faultOn(fault) })
      await expect(makeRestorePoint(apiOf(server), 'mine', options)).rejects.toMatchObject({
        code: 'E_PLATFORM_REFUSED',
      })
      expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
    }
  })

  it.each([
    ['AVAILABLE', 'E_USAGE', 0],
    ['PENDING', 'E_USAGE', 0],
    ['REMOVED', 'PENDING', 1],
    ['FAILED', 'PENDING', 1],
  ])('that is there already, %s, is %s', async (status, comesTo, posts) => {
    const project = { ...recoverable, restorePoints: new Map([['mine', status]]) }
    await using server = await start({ project, pendingFor: 99 })
    const made = makeRestorePoint(apiOf(server), 'mine', { ...options, waitMs: 20 })
    expect(
      await made.then(
        ({ status }) => status,
        (error: Fault) => error.code,
      ),
    ).toBe(comesTo)
    expect(server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(posts)
  })

  it('is refused on a project without recovery, and says why', async () => {
    await using server = await start({ project: { ...recoverable, restorePoints: 'unavailable' } })
    await expect(makeRestorePoint(apiOf(server), 'mine', options)).rejects.toMatchObject({
      code: 'E_PLATFORM_REFUSED',
      message: expect.stringContaining('This endpoint is unavailable at the moment'),
      hint: expect.stringContaining('point-in-time recovery'),
    })
  })
})
