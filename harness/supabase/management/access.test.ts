import { describe, expect, it } from 'vitest'
import { readAccess } from './access.ts'
import { readProjectRef } from './project-ref.ts'

const token = 'sbp_0123456789abcdef0123456789abcdef01234567'

describe('who is asked, and about what', () => {
  const env = { SUPABASE_ACCESS_TOKEN: token }

  it('is a project’s reference, and no piece of another address', () => {
    const [ref, unnamed] = ['abcdefghijklmnopqrst', { projectRef: null, url: 'env:SUPABASE_URL' }]
    const other = 'z'.repeat(20)
    expect(readProjectRef(ref, { SUPABASE_PROJECT_REF: other }, unnamed)).toBe(ref)
    expect(readProjectRef(undefined, { SUPABASE_PROJECT_ID: ref }, unnamed)).toBe(ref)
    expect(readProjectRef(undefined, { SUPABASE_PROJECT_ID: other }, { ...unnamed, projectRef: ref })).toBe(ref)
    expect(readProjectRef(undefined, { SUPABASE_URL: `https://${ref}.supabase.co/` }, unnamed)).toBe(ref)
    expect(readProjectRef(undefined, {}, { projectRef: null, url: `https://${ref}.supabase.co` })).toBe(ref)
    const own = { projectRef: null, url: `https://${ref}.supabase.co.evil.example` }
    expect(() => readProjectRef(undefined, {}, own)).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
    for (const wrong of ['', 'abc', 'ABCDEFGHIJKLMNOPQRST', 'abcdefghijklmnopqrs1', '../v1/projects/other', token]) {
      expect(() => readProjectRef(wrong, {}, unnamed)).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
      expect(() => readProjectRef(wrong, {}, unnamed)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('sbp_') }),
      )
    }
  })

  it('gets the token over TLS or within this machine only', () => {
    expect(readAccess(env).address.href).toBe('https://api.supabase.com/')
    expect(String(readAccess(env).token)).toBe('***')
    expect(() => readAccess({})).toThrow(expect.objectContaining({ code: 'E_ENV_MISSING' }))
    expect(() => readAccess({ SUPABASE_ACCESS_TOKEN: 'a\nb' })).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
    for (const address of [
      'http://api.supabase.com',
      'http://localhost.evil.example',
      'ftp://localhost',
      'https://a:b@c.example',
      'x',
    ]) {
      expect(() => readAccess({ ...env, REHEARSAL_MANAGEMENT_API: address })).toThrow(
        expect.objectContaining({ code: 'E_USAGE' }),
      )
    }
  })
})
