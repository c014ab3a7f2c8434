import { claims } from '../harness/vitest/index.ts'

claims('sequences', ({ object }) => `${object ?? 'every sequence'} is where production left it and ahead of its column`)
