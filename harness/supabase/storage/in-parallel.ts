/** Works through `items` by `width` at a time. The first that throws ends it, once those under way have ended. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failure: { readonly thrown: unknown } | null = null
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && failure === null; next = iterator.next()) {
      try {
        await work(next.value)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failure !== null) throw (failure as { readonly thrown: unknown }).thrown
}
