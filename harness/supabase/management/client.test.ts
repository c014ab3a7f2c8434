import { describe, expect, it, test } from 'vitest'
import {
  dailyProject,
  ManagementServer,
  type ServerFault,
  type ServerOptions,
} from '../../../fixtures/management-server/index.ts'
import { Secret } from '../../core/index.ts'
import { readAccess } from './access.ts'
import { backupList, queryRows } from './answers.ts'
import { ManagementApi } from './client.ts'
import { readPlatform } from './read-platform.ts'

const token = 'sbp_0123456789abcdef0123456789abcdef01234567'
const project = dailyProject(new Date('2026-03-01T12:00:00Z'))
const start = (options: Partial<ServerOptions> = {}) => ManagementServer.start({ project, token, ...options })
const { signal } = new AbortController()

function apiOf(server: ManagementServer, options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  return new ManagementApi(readAccess(server.environment), project.ref, { signal, pauseMs: 5, ...options })
}

async function askBackups(fault: ServerFault, times: number, timeoutMs = 300) {
  await using server = await start({ faults: [{ on: '/backups', times, fault }] })
  const started = performance.now()
  const answer = await apiOf(server, { timeoutMs }).get('backups', 'database/backups', backupList)
  return { answer, asked: server.asked.length, tookMs: performance.now() - started }
}

const passing: readonly ServerFault[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'html', status: 502 },
  { kind: 'reset' },
  { kind: 'reset mid-body' },
  { kind: 'slow' },
]
const lasting: readonly (readonly [ServerFault, RegExp])[] = [
  [{ kind: 'status', status: 401 }, /token was not taken \(401/],
  [
    { kind: 'status', status: 402, body: { error: { code: 'entitlement_required', message: 'no' } } },
    /plan \(402 entitlement_required: no/,
  ],
  [{ kind: 'status', status: 403 }, /may not do this \(403/],
  [{ kind: 'status', status: 404 }, /no such project for this token \(404/],
  [{ kind: 'html', status: 403 }, /may not do this \(403\)$/],
  [{ kind: 'html', status: 200 }, /no JSON/],
  [{ kind: 'cut json' }, /no JSON/],
  [{ kind: 'other json' }, /not as expected at backups|not as expected at pitr_enabled/],
  [{ kind: 'endless' }, /has no end/],
  [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, /leads elsewhere, and the token does not follow \(302/],
]

describe('asking the platform', () => {
  it.each(passing)('again after %j, twice and no more', async (fault) => {
    expect(await askBackups(fault, 2)).toMatchObject({ answer: { kind: 'answered' }, asked: 3 })
    const { answer, asked } = await askBackups(fault, 9)
    expect(asked).toBe(3)
    expect(answer.kind).not.toBe('answered')
  })

  it.each(lasting)('not again after %j, and it is explained', async (fault, says) => {
    const { answer, asked } = await askBackups(fault, 9, 10_000)
    expect(asked).toBe(1)
    expect(answer).toMatchObject({ why: expect.stringMatching(says), hint: expect.stringMatching(/.{10}/) })
  })

  it('keeps to the pause that it is asked for, and does not wait for a long one', async () => {
    const short = await askBackups({ kind: 'status', status: 429, retryAfter: '1' }, 1)
    expect(short).toMatchObject({ answer: { kind: 'answered' }, asked: 2 })
    expect(short.tookMs).toBeGreaterThan(950)
    const long = await askBackups({ kind: 'status', status: 429, retryAfter: '3600' }, 9)
    const hint = expect.stringContaining('wait 1 h;')
    expect(long).toMatchObject({ answer: { kind: 'refused', status: 429, hint }, asked: 1 })
  })

  it('sends a query once, and again only where a pause was asked for', async () => {
    for (const fault of passing) {
      await using server = await start({ faults: [{ on: 'read-only', times: 9, fault }] })
      await apiOf(server, { timeoutMs: 300 }).query('SELECT 1', queryRows)
      expect(server.asked).toHaveLength(fault.kind === 'status' && fault.status === 429 ? 3 : 1)
    }
  })

  it('ends when it is interrupted, in a pause too', async () => {
    for (const fault of [{ kind: 'slow' }, { kind: 'status', status: 429, retryAfter: '20' }] as const) {
      await using server = await start({ faults: [{ on: '/backups', times: 9, fault }] })
      const api = apiOf(server, { signal: AbortSignal.timeout(200) })
      await expect(api.get('backups', 'database/backups', backupList)).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    }
  })

  it('never repeats the token, though the server does', async () => {
    const body = { message: `Bearer ${token} is bad, plain-token-of-ours` }
    await using server = await start({
      faults: [{ on: '/backups', times: 9, fault: { kind: 'status', status: 401, body } }],
    })
    const plain = { address: new URL(server.address), token: new Secret('plain-token-of-ours', 'env:X') }
    const answers = [
      await apiOf(server).get('backups', 'database/backups', backupList),
      await new ManagementApi(plain, project.ref, { signal }).get('backups', 'database/backups', backupList),
    ]
    expect(answers[1]).toMatchObject({ why: expect.not.stringContaining('plain-token-of-ours') })
    expect(answers[0]).toMatchObject({ why: expect.not.stringContaining(token) })
  })

  it('where nobody listens says so without the address', async () => {
    const access = { address: new URL('http://127.0.0.1:9'), token: new Secret(token, 'env:X') }
    const answer = await new ManagementApi(access, project.ref, { signal, pauseMs: 1 }).get('backups', 'x', backupList)
    expect(answer).toMatchObject({ kind: 'failed', why: expect.stringMatching(/can’t be reached \([\w ]+\)$/) })
  })
})

test('the answer is read, whatever else it holds; a time without a zone is UTC', async () => {
  await using server = await start()
  const { backups, schedule, sizes } = await readPlatform(apiOf(server), null)
  expect(backups).toMatchObject({
    kind: 'answered',
    value: { backups: { length: 8 }, recoversToAnyPoint: false, latestPoint: null },
  })
  expect(schedule).toMatchObject({ kind: 'refused', status: 402, code: 'entitlement_required' })
  expect(sizes).toMatchObject({ kind: 'refused', status: 403 })
  const one = (inserted_at: unknown) =>
    backupList.parse({ pitr_enabled: false, backups: [{ id: 1, status: 'COMPLETED', inserted_at }] }).backups[0]
      ?.insertedAt
  expect(one('2026-03-01 10:00:00')).toBe('2026-03-01T10:00:00.000Z')
  expect(one('2026-03-01T10:00:00+02:00')).toBe('2026-03-01T08:00:00.000Z')
  expect(one('2026-03-01 10:00:00.123456+00')).toBe('2026-03-01T10:00:00.123Z')
  expect(one('2026-03-01T10:00:00-0330')).toBe('2026-03-01T13:30:00.000Z')
  for (const none of ['yesterday', '2026-03-01', '2026-13-01 10:00:00', '2026-03-01T10:00:00+25', null, 5]) {
    expect(one(none)).toBe(null)
  }
  const point = (latest_physical_backup_date_unix: unknown) =>
    backupList.safeParse({
      pitr_enabled: true,
      backups: [],
      physical_backup_data: { latest_physical_backup_date_unix },
    }).data?.latestPoint
  expect([point(1_772_359_200), point('1772359200')]).toEqual(Array(2).fill('2026-03-01T10:00:00.000Z'))
  // Unset, and milliseconds in the place of seconds.
  expect([point(0), point(undefined), point(1_772_359_200_000)]).toEqual([null, null, undefined])
})

test('where the first answer holds for every question, the others are not asked', async () => {
  for (const [fault, asked] of [
    [{ kind: 'status', status: 401 }, 1],
    [{ kind: 'status', status: 404 }, 1],
    [{ kind: 'status', status: 429 }, 3],
    [{ kind: 'reset' }, 3],
    [{ kind: 'status', status: 403 }, 4],
    [{ kind: 'status', status: 500 }, 6],
    [{ kind: 'cut json' }, 4],
  ] as const) {
    // The list alone: the others have an address below it.
    await using server = await start({ faults: [{ on: 'database/backups', times: asked > 3 ? asked - 3 : 9, fault }] })
    const { schedule, sizes, restorePoint } = await readPlatform(apiOf(server), 'mine')
    expect({ fault, asked: server.asked.length }).toEqual({ fault, asked })
    expect([schedule, sizes, restorePoint?.answer].filter((answer) => answer === null)).toHaveLength(asked > 3 ? 0 : 3)
  }
})
