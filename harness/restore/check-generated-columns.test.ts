import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import { checkGeneratedColumns } from './check-generated-columns.ts'
import { startServer } from './testing/twins.ts'

const priced = `
  CREATE TABLE public.rates (currency text PRIMARY KEY, rate numeric);
  CREATE FUNCTION public.in_dollars(amount numeric, of_currency text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
    begin return amount * (SELECT rate FROM public.rates WHERE currency = of_currency); end $$;
  CREATE TABLE public."Prices" (amount numeric, currency text, twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
    "In $" numeric GENERATED ALWAYS AS (public.in_dollars(amount, currency)) STORED);`
const rates = `INSERT INTO public.rates VALUES ('EUR', 2)`
const prices = `INSERT INTO public."Prices" SELECT n, 'EUR' FROM generate_series(1, 7) AS n`

let server: DisposableServer
beforeAll(async () => {
  server = await startServer(17)
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

async function within(statements: readonly string[], use: (session: Session) => Promise<void>): Promise<void> {
  await server.createDatabase('shop')
  await using session = await server.connect('shop')
  try {
    await session.query(`SET search_path = ''`)
    for (const statement of [priced, ...statements]) await session.query(statement)
    await use(session)
  } finally {
    await using other = await server.connect('postgres')
    await other.query('DROP DATABASE shop WITH (FORCE)')
  }
}

describe('generated columns', () => {
  it('hold what their expressions give, where the rows they read came first', () =>
    within([rates, prices], async (session) => {
      expect(await checkGeneratedColumns(session)).toEqual([])
    }))

  it('are named, with their rows, where the rows they read came later', () =>
    within([prices, rates], async (session) => {
      expect(await checkGeneratedColumns(session)).toEqual([{ column: 'public.Prices.In $', rows: 7, refusal: null }])
    }))

  it('that can not be computed any more are said, with why', () =>
    within([rates, prices, 'DROP TABLE public.rates'], async (session) => {
      expect(await checkGeneratedColumns(session)).toEqual([
        { column: 'public.Prices.In $', rows: null, refusal: expect.stringContaining('public.rates') },
      ])
    }))
})
