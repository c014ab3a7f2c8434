/** A session in a transaction that has read nothing yet. */
export interface Beside {
  say(statement: string): Promise<void>
}

/** Says it to all at once. Throws what one of them was refused, when all were heard: who waits can be told nothing. */
export async function sayToAll(all: readonly Beside[], statement: string): Promise<void> {
  const asked = all.map((one) => one.say(statement))
  await Promise.allSettled(asked)
  await Promise.all(asked)
}
