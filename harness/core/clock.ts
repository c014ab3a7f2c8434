/** Time is handed in, so that ages and expiries can be tested. Durations come from the monotonic clock. */
export interface Clock {
  now(): Date
  /** Milliseconds from an arbitrary start; never goes backwards. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

export function fixedClock(now: Date): Clock {
  return { now: () => now, monotonicMs: () => performance.now() }
}
