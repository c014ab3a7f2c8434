/** Works through `items` by `width` at a time. The first that throws ends it, once those under way have ended. */
export async function inLanes<T>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    try {
      for (
        let next = await iterator.next();
        next.done !== true && failures.length === 0;
        next = await iterator.next()
      ) {
        await work(next.value)
      }
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  await iterator.return?.()
  if (failures.length > 0) throw failures[0]
}
