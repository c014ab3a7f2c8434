import { claims } from '../harness/vitest/index.ts'

claims('row content', ({ object }) => `every row of ${object ?? 'every table'} equals production's`)
