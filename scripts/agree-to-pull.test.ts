import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { asFault, type Fault } from '../harness/core/index.ts'
import { agreeToPull, describePull, type Pull } from './agree-to-pull.ts'

const files = (bytes: number): Pull => ({ tableBytes: null, storage: { objects: 2, bytes, unsized: 0 } })
const tables = (tableBytes: number): Pull => ({ tableBytes, storage: null })

async function agree(
  pull: Pull,
  { typed = '', isTty = false, yes = false }: { typed?: string; isTty?: boolean; yes?: boolean } = {},
): Promise<{ readonly fault: Fault | null; readonly screen: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: isTty })
  const output = Object.assign(new PassThrough(), { isTTY: isTty })
  input.end(typed)
  const { signal } = new AbortController()
  const fault = await agreeToPull(pull, { askAbove: 1_000, yes, terminal: { input, output }, signal }).then(
    () => null,
    (thrown: unknown) => asFault(thrown),
  )
  output.end()
  return { fault, screen: (await output.toArray()).join('') }
}

describe('much that is pulled out of a project', () => {
  test('is asked about on a terminal, a dump too, and anything but a yes refuses it', async () => {
    for (const pull of [files(1_001), tables(1_001), { ...files(600), tableBytes: 600 }]) {
      expect(await agree(pull, { isTty: true, typed: 'y\n' })).toMatchObject({
        fault: null,
        screen: expect.stringContaining('it counts as egress'),
      })
    }
    for (const typed of ['', '\n', 'n\n', 'yy\n']) {
      expect((await agree(files(1_001), { isTty: true, typed })).fault).toMatchObject({ code: 'E_USAGE' })
    }
  })

  test('needs --yes where nobody can be asked; a dump goes on', async () => {
    expect((await agree(files(1_001))).fault).toMatchObject({
      code: 'E_USAGE',
      message: 'this pulls 1001 B in 2 objects of Storage',
      hint: expect.stringContaining('--yes'),
    })
    expect((await agree(files(1_001), { yes: true })).fault).toBeNull()
    expect((await agree(tables(1_001))).fault).toBeNull()
  })

  test('is what is above the bound', async () => {
    expect(await agree(files(1_000), { isTty: true })).toEqual({ fault: null, screen: '' })
    const both = { tableBytes: 2_048, storage: { objects: 1, bytes: 5, unsized: 1 } }
    expect(describePull(both)).toBe(
      'about 2.0 kB of tables and 5 B in 1 object of Storage, and 1 whose size is not known',
    )
  })
})
