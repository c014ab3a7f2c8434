import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { asFault, type Fault } from '../harness/core/index.ts'
import { confirmTarget } from './confirm-target.ts'

const target = { host: 'new-host', database: 'shop' }

/** What came of it, and what stood on the screen. */
async function confirm(
  options: { yes?: string; typed?: string; isTty?: boolean; abortAfterMs?: number } = {},
): Promise<{ readonly fault: Fault | null; readonly screen: string }> {
  const { yes = null, typed, isTty = true, abortAfterMs } = options
  const input = Object.assign(new PassThrough(), { isTTY: isTty })
  const output = Object.assign(new PassThrough(), { isTTY: isTty })
  if (typed !== undefined) input.end(typed)
  const signal = abortAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(abortAfterMs)
  const fault = await confirmTarget(target, { yes, terminal: { input, output }, signal }).then(
    () => null,
    (thrown: unknown) => asFault(thrown),
  )
  output.end()
  return { fault, screen: (await output.toArray()).join('') }
}

describe('whoever restores', () => {
  test('types the name of the database, and is asked for that', async () => {
    const { fault, screen } = await confirm({ typed: 'shop\n' })
    expect([fault, screen]).toEqual([null, expect.stringContaining("type the database's name")])
  })

  test.each(['yes\n', 'y\n', '\n', '', 'Shop\n', ' shop\n', 'shop2\n', 'sho'])(
    'with anything else changes nothing: %j',
    async (typed) => {
      const { fault } = await confirm({ typed })
      expect(fault).toMatchObject({ code: 'E_TARGET_NOT_CONFIRMED', kind: 'refused' })
    },
  )

  test('may leave it', async () => {
    expect((await confirm({ abortAfterMs: 20 })).fault).toMatchObject({ code: 'E_INTERRUPTED' })
  })

  test('says it beforehand where nobody can be asked', async () => {
    expect(await confirm({ yes: 'shop', isTty: false })).toEqual({ fault: null, screen: '' })
    const { fault, screen } = await confirm({ isTty: false, typed: 'shop\n' })
    expect(fault).toMatchObject({ code: 'E_TARGET_NOT_CONFIRMED', hint: expect.stringContaining('--yes shop') })
    expect(screen).toBe('')
  })

  test('is not believed where it is another name', async () => {
    for (const isTty of [true, false]) {
      const { fault } = await confirm({ yes: 'postgres', isTty, typed: 'shop\n' })
      expect(fault).toMatchObject({ code: 'E_TARGET_NOT_CONFIRMED', message: expect.stringContaining('postgres') })
    }
  })
})
