import { createHash } from 'node:crypto'

/** A whole number below that, the same each time for the same words. */
export function draw(below: number, ...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('/')).digest().readUIntBE(0, 6) % below
}
