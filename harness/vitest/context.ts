import { inject } from 'vitest'
import type { SpecContext } from '../run/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    rehearsal: SpecContext
  }
}

/** The rehearsal that these specs belong to. Usable while a spec file is loaded, so that it can make one test a table. */
export function rehearsal(): SpecContext {
  return inject('rehearsal')
}
