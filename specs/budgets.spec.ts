import { claims } from '../harness/vitest/index.ts'

claims('age', () => 'the backup is no older than the recovery point objective allows')
claims('size', ({ object }) => `${object ?? 'the backup'} is as large as it must be`)
