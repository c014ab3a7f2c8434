import { claims } from '../harness/vitest/index.ts'

claims('row counts', ({ object }) => `${object ?? 'every table'} holds as many rows as production did`)
