import { describe, expect, it } from 'vitest'
import type { Facts } from '../facts/index.ts'
import { factsOf, objectOf } from '../compare/testing/sample-facts.ts'
import { bootstrapRole } from './bootstrap-role.ts'

const both = {
  rolesCreated: ['postgres', 'supabase_admin'],
  rolesMentioned: [],
  superusers: ['postgres', 'supabase_admin'],
  grantors: [],
}

function knowing(name: string, bootstrap: boolean): Facts {
  return factsOf({ objects: [objectOf('role', name, { bootstrap: String(bootstrap), superuser: 'true' })] })
}

describe('of two superusers', () => {
  it('the usual one is taken where nothing is known', () => {
    expect(bootstrapRole([both], null)).toBe('postgres')
  })

  it('the one that the baseline names is', () => {
    expect(bootstrapRole([both], knowing('supabase_admin', true))).toBe('supabase_admin')
  })

  it('not the one of which the baseline says that it is an ordinary role', () => {
    expect(bootstrapRole([both], knowing('postgres', false))).toBe('supabase_admin')
    expect(bootstrapRole([both], knowing('supabase_admin', false))).toBe('postgres')
  })
})
