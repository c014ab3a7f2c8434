/** What a spec imports: `import { claims, describe, expect, test } from 'pg-rehearsal/vitest'`. Usable inside vitest only. */
import './matchers.ts'

export { describe, expect } from 'vitest'
export { claims } from './claims.ts'
export { rehearsal } from './context.ts'
export { RestoredDatabase } from './databases.ts'
export { ScratchDatabase } from './scratch.ts'
export { test } from './fixtures.ts'
