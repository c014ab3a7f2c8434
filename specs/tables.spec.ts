import { claims } from '../harness/vitest/index.ts'

claims('restore', ({ object }) => `${object ?? 'every statement'} was restored`)
claims('tables', ({ object }) => `${object ?? 'every expected table'} is there`)
