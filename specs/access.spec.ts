import { claims } from '../harness/vitest/index.ts'

claims('access', ({ object }) => `${object ?? 'every viewer'} sees and may do what it did in production`)
