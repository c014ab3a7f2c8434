import { describe, expect, it } from 'vitest'
import { KindList } from './kind-list.ts'
import { objectOf } from './testing/sample-facts.ts'

const names = ['public.a', 'public.a.b', 'public.b', 'public.é', 'public.😀', 'public.z']
const other = [...names, 'public.nothing', '', 'zzz']

function listOf(identities: readonly string[]) {
  const objects = identities.map((identity, place) => objectOf('table', identity, { place: String(place) }))
  const list = new KindList()
  for (const object of objects) list.add(object)
  return { list, map: new Map(objects.map((object) => [object.identity, object])) }
}

describe('a list of one kind', () => {
  it.each([
    ['sorted', names.toSorted()],
    ['in another order', names.toReversed()],
    ['with one out of place', [...names.toSorted().slice(1), 'public.a']],
    ['with a name twice in a row', ['public.a', 'public.b', 'public.b', 'public.c']],
    ['with a name twice', [...names.toSorted(), 'public.b']],
    ['of one', ['public.b']],
    ['of none', []],
  ])('finds what a table of keys finds, %s', (_, identities) => {
    const { list, map } = listOf(identities)
    expect(list.size).toBe(map.size)
    expect([...list.values()]).toEqual([...map.values()])
    const asked = [...other, ...other.toReversed(), ...other.toSorted(), ...other.flatMap((name) => [name, name])]
    expect(asked.map((name) => list.get(name))).toEqual(asked.map((name) => map.get(name)))
  })
})
