import { expect, test } from 'vitest'
import type { ObjectFact } from '../facts/index.ts'
import { compareFacts } from './index.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'

const table = objectOf('table', 'public.t', { owner: 'postgres' })
const role = (name: string) => objectOf('role', name, { bootstrap: 'false', superuser: 'true' })

function differing(was: readonly ObjectFact[], is: readonly ObjectFact[]): readonly (string | null)[] {
  const findings = compareFacts({
    baseline: factsOf({ objects: was }),
    restored: factsOf({ objects: is }),
    baselineKind: 'dump-snapshot',
  })
  return findings.filter(({ status }) => status === 'differs').map(({ object }) => object)
}

test("production's bootstrap superuser is an ordinary role where the disposable server has another one", () => {
  expect(differing([table], [role('postgres'), table])).toEqual([])
})

test('a role that nothing in production belongs to is one too many, and so is a missing one', () => {
  expect(differing([table], [role('intruder'), table])).toEqual(['intruder'])
  expect(differing([role('app'), table], [table])).toEqual(['app'])
})
