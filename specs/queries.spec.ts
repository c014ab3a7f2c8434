import { claims } from '../harness/vitest/index.ts'

claims('queries', ({ object }) => `"${object ?? 'every sample query'}" answers as expected`)
