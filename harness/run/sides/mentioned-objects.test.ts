import { expect, it } from 'vitest'
import type { Facts, ObjectFact } from '../../facts/index.ts'
import { mentionedObjects } from './mentioned-objects.ts'

const objectOf = (kind: ObjectFact['kind'], identity: string, properties = {}): ObjectFact => ({
  kind,
  identity,
  properties,
  deparsed: [],
})

const objects = [
  objectOf('role', 'reader'),
  objectOf('schema', 'app'),
  objectOf('enum', 'app.mood', { labels: `'a'` }),
  objectOf('enum', 'app.unused', { labels: `'a'` }),
  objectOf('table', 'app."Odd Name"'),
  objectOf('column', 'app."Odd Name".mood', { type: 'app.mood', default: 'app.far()' }),
  objectOf('policy', 'app."Odd Name".own', { using: 'true' }),
  objectOf('table', 'app.other'),
  objectOf('column', 'app.other.id', { type: 'integer' }),
  objectOf('view', 'app.look', { definition: 'SELECT x.mood FROM app."Odd Name" x' }),
  objectOf('function', 'app.near(integer)', { arguments: 'app.other', returns: 'integer' }),
  objectOf('function', 'app.far()', { returns: 'integer' }),
]
const facts = { objects } as unknown as Facts
const mentioned = (...texts: readonly string[]): string[] =>
  mentionedObjects(facts, texts).map(({ identity }) => identity)

it('takes what a text names, with its parts, and what that needs to be made', () => {
  const view = ['reader', 'app', 'app.mood', 'app."Odd Name"', 'app."Odd Name".mood', 'app."Odd Name".own', 'app.look']
  expect(mentioned('(id > ( SELECT max(l.id) FROM app.look l))')).toEqual(view)
})

it('takes the tables whose rows a function is given', () => {
  expect(mentioned('app.near(o.*)')).toEqual(['reader', 'app', 'app.other', 'app.other.id', 'app.near(integer)'])
})

it('takes nothing more for a text that names nothing', () => {
  expect(mentioned('(1 + 2)', '')).toEqual(['reader', 'app'])
})
