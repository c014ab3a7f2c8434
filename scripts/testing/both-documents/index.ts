import { guide } from './guide.ts'
import { strategy } from './strategy.ts'
import type { PlayedDocument, Step } from './types.ts'
import type { User } from './user.ts'

export { User } from './user.ts'
export type { PlayedDocument, Step } from './types.ts'

/** The two documents that say what is wanted, section by section. */
export const documents: readonly PlayedDocument[] = [strategy, guide]

/** Plays the sections before that one. */
export async function playUntil(steps: readonly Step[], section: string, user: User): Promise<void> {
  for (const step of steps) {
    if (step.section === section) return
    if ('play' in step) await step.play(user)
  }
}
