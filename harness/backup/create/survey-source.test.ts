import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn } from '../../../scripts/testing/stand-in.ts'
import type { SqlRunner } from '../../core/index.ts'
import { surveySource } from './survey-source.ts'

let standIn: StandIn
beforeAll(async () => {
  standIn = await StandIn.start(`
    CREATE SCHEMA vault; CREATE TABLE vault.secrets (id int); CREATE SCHEMA auth; CREATE TABLE auth.users (id int);
    CREATE TABLE public.a (id int); CREATE ROLE me; GRANT SELECT ON public.a TO me;
    GRANT USAGE ON SCHEMA auth TO me; GRANT SELECT ON auth.users TO me`)
})
afterAll(async () => standIn[Symbol.asyncDispose]())

/** As `me`, in a transaction that is undone: `more` changes what it may see. */
async function surveyAsMe(more: string) {
  const { session } = standIn
  await session.query(`BEGIN; ${more}; SET SESSION AUTHORIZATION me`)
  try {
    return await surveySource(session)
  } finally {
    await session.query('ROLLBACK')
  }
}

const supabase = 'CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE supabase_auth_admin'

describe('a source that is looked over', () => {
  it('is known by its size, its server and its role', async () => {
    const survey = await surveySource(standIn.session)
    expect(survey).toMatchObject({ database: 'shop', major: 17, role: 'postgres', mayReadPasswords: true, leftOut: [] })
    expect(survey.standby).toBeNull()
    expect(survey.tableBytes).toBeGreaterThan(0)
    expect(survey.tableBytes).toBeLessThan(survey.databaseBytes)
  })

  it("is refused for a schema that the role can't enter", async () => {
    await expect(surveyAsMe('SELECT 1')).rejects.toMatchObject({
      code: 'E_SOURCE_RIGHTS',
      message: expect.stringContaining('vault.secrets (no USAGE on its schema)'),
    })
  })

  it("is taken without the platform's own schemas on Supabase, and named", async () => {
    expect(await surveyAsMe(supabase)).toMatchObject({ leftOut: ['vault'], mayReadPasswords: false })
  })

  it("is refused on Supabase where what can't be read holds users", async () => {
    await expect(surveyAsMe(`${supabase}; REVOKE SELECT ON auth.users FROM me`)).rejects.toThrow(
      'auth.users (no SELECT)',
    )
  })

  it('does not wait for whoever has a table to himself', async () => {
    const other = await standIn.connect()
    await other.query('BEGIN; LOCK TABLE public.a IN ACCESS EXCLUSIVE MODE')
    await standIn.session.query(`SET lock_timeout = '100ms'`)
    expect(await surveySource(standIn.session)).toMatchObject({ database: 'shop' })
    await other.query('ROLLBACK')
  })

  it('is refused behind a pooler that changes backends between statements', async () => {
    const backends = [await standIn.connect(), await standIn.connect()]
    let asked = 0
    const pooled: SqlRunner = {
      query: async (text, values) => {
        const backend = backends[(asked += 1) % 2]
        if (!backend) throw new TypeError('two backends')
        return backend.query(text, values)
      },
    }
    await expect(surveySource(pooled)).rejects.toMatchObject({ code: 'E_PRODUCTION_POOLER' })
  })
})
