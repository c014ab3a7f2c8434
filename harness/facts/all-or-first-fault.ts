/**
 * Runs all of them at once and waits until each has ended, so that nothing goes on behind the caller's back. Then the
 * answer of `main`; or what the signal was aborted with, or the fault that came first, of which `onFault` heard at once.
 */
export async function allOrFirstFault<T>(
  main: () => Promise<T>,
  others: readonly (() => Promise<void>)[],
  { onFault, signal }: { readonly onFault: () => void; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const faults: unknown[] = []
  const watched = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (fault) {
      faults.push(fault)
      onFault()
      throw fault
    }
  }
  const answer = watched(main)
  await Promise.allSettled([answer, ...others.map(watched)])
  if (faults.length > 0) {
    signal?.throwIfAborted()
    throw faults[0]
  }
  return answer
}
