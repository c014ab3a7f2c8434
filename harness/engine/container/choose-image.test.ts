import { describe, expect, it } from 'vitest'
import type { EngineNeed } from '../types.ts'
import { containerEngine } from './container-engine.ts'
import { isRequired } from '../../core/testing/is-required.ts'

const need = (major: number | null): EngineNeed => ({ major, extensions: [], plainBytes: 0, superuser: 'postgres' })
const missing = (await containerEngine({ image: 'postgres:15' }).lacks(need(15))).find(({ fatal }) => fatal)
const title =
  missing && !isRequired('container') ? `the image for a dump (not run: no ${missing.what})` : 'the image for a dump'
const lacks = async (major: number | null, image?: string) =>
  containerEngine(image === undefined ? {} : { image }).lacks(need(major))

describe.skipIf(missing && !isRequired('container'))(title, () => {
  it('is of its own major', async () => {
    expect(await lacks(15)).toEqual([])
    expect(await containerEngine().offers?.(need(15))).toBe('image postgres:15')
  })

  it('may be of a higher one where it is named, which is said', async () => {
    expect(await lacks(15, 'postgres:17')).toMatchObject([
      { what: 'major 15', fatal: false, notice: 'restored into PostgreSQL 17, for the image postgres:17 is of that' },
    ])
  })

  it('is never of a lower one', async () => {
    expect(await lacks(17, 'postgres:15')).toMatchObject([
      { what: 'major 17 or later (the image holds 15)', fatal: true, remedy: 'name an image of it: postgres:17' },
    ])
  })

  it('is the newest here where the dump does not say', async () => {
    expect(await containerEngine().offers?.(need(null))).toMatch(/^image postgres:1[78]$/)
  })

  it('lacks a locale and a library that are not in it, and nothing that is', async () => {
    const demand = (kind: 'libc locale' | 'library', name: string) =>
      ({ kind, name, version: null, objects: ['public.t'], callers: [] }) as const
    const demands = [
      demand('libc locale', 'en_US.UTF-8'),
      demand('libc locale', 'xx_YY.utf8'),
      demand('library', '$libdir/hstore'),
      demand('library', '$libdir/ours'),
    ]
    const found = await containerEngine({ image: 'postgres:17' }).lacks({ ...need(17), demands })
    expect(found.map(({ what }) => what)).toEqual(['libc locale xx_YY.utf8', 'library $libdir/ours'])
  })
})
