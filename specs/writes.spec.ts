import { claims } from '../harness/vitest/index.ts'

claims('writes', ({ object }) => `${object ?? 'every table'} can be written to as in production`)
