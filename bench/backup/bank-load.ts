import type { Session } from '../../harness/postgres/index.ts'

/** Rows of one unit of size. Every transaction changes an account, a teller and a branch and writes a line, as TPC-B has it. */
const accountsPerUnit = 100_000
const tellersPerUnit = 10

export function bankSchema(units: number): string {
  return `
    CREATE TABLE public.branches (bid int PRIMARY KEY, balance bigint NOT NULL, filler char(88));
    CREATE TABLE public.tellers (tid int PRIMARY KEY, bid int NOT NULL, balance bigint NOT NULL, filler char(84));
    CREATE TABLE public.accounts (aid int PRIMARY KEY, bid int NOT NULL, balance bigint NOT NULL, filler char(84));
    CREATE TABLE public.history (id bigserial, tid int, bid int, aid int, delta int, made timestamptz DEFAULT now());
    INSERT INTO public.branches SELECT n, 0, '' FROM generate_series(1, ${units}) AS n;
    INSERT INTO public.tellers SELECT n, 1 + n % ${units}, 0, '' FROM generate_series(1, ${units * tellersPerUnit}) AS n;
    INSERT INTO public.accounts SELECT n, 1 + n % ${units}, 0, '' FROM generate_series(1, ${units * accountsPerUnit}) AS n;
    ANALYZE`
}

/** What a load did in a while. */
export interface LoadSeen {
  readonly perSecond: number
  /** Of single transactions, milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly longest: number
}

/** Sessions that do one transaction after the other until the work is done, and what became of them meanwhile. */
export async function loadDuring(
  sessions: readonly Session[],
  units: number,
  work: () => Promise<void>,
): Promise<LoadSeen> {
  const tookMs: number[] = []
  const done = new AbortController()
  const begunMs = performance.now()
  const loads = sessions.map(async (session) => {
    while (!done.signal.aborted) {
      const startedMs = performance.now()
      await session.query(transaction(units))
      tookMs.push(performance.now() - startedMs)
    }
  })
  try {
    await work()
  } finally {
    done.abort()
    await Promise.all(loads)
  }
  const seconds = (performance.now() - begunMs) / 1_000
  const sorted = tookMs.sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { perSecond: sorted.length / seconds, p50: at(0.5), p99: at(0.99), longest: sorted.at(-1) ?? 0 }
}

function transaction(units: number): string {
  const any = (count: number): number => 1 + Math.floor(Math.random() * count)
  const [aid, tid, bid] = [any(units * accountsPerUnit), any(units * tellersPerUnit), any(units)]
  const delta = any(10_000) - 5_000
  return `BEGIN;
    UPDATE public.accounts SET balance = balance + ${delta} WHERE aid = ${aid};
    SELECT balance FROM public.accounts WHERE aid = ${aid};
    UPDATE public.tellers SET balance = balance + ${delta} WHERE tid = ${tid};
    UPDATE public.branches SET balance = balance + ${delta} WHERE bid = ${bid};
    INSERT INTO public.history (tid, bid, aid, delta) VALUES (${tid}, ${bid}, ${aid}, ${delta});
    COMMIT`
}
