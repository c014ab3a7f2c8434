import { describe, expect, it } from 'vitest'
import type { ObjectFact } from '../facts/index.ts'
import { gravityOfChange, gravityOfGain, gravityOfLoss } from './gravity-of-change.ts'
import { gravestFirst, gravities, type Finding } from './index.ts'

function objectOf(kind: ObjectFact['kind'], properties: ObjectFact['properties'] = {}): ObjectFact {
  return { kind, identity: 'public.x', properties, deparsed: [] }
}

describe('the gravity of a change', () => {
  it.each([
    ['table', 'privileges', 'app: SELECT', 'anon: SELECT\napp: SELECT', 'gained access'],
    ['table', 'privileges', 'app: SELECT', 'app: SELECT*', 'gained access'],
    ['table', 'privileges', 'app: INSERT, SELECT', 'app: SELECT', 'lost protection'],
    ['table', 'privileges', '(none)', 'PUBLIC: SELECT', 'gained access'],
    ['table', 'owner', 'a', 'b', 'gained access'],
    ['table', 'row security', 'true', 'false', 'gained access'],
    ['table', 'row security', 'false', 'true', 'lost protection'],
    ['table', 'row security forced', 'true', 'false', 'gained access'],
    ['table', 'comment', 'a', null, 'cosmetic'],
    ['table', 'options', 'fillfactor=70', null, 'performance'],
    ['policy', 'using', '(owner = me())', 'true', 'gained access'],
    ['policy', 'using', 'true', '(owner = me())', 'lost protection'],
    ['policy', 'roles', 'app', 'PUBLIC, app', 'gained access'],
    ['policy', 'roles', 'app, web', 'app', 'lost protection'],
    ['policy', 'type', 'restrictive', 'permissive', 'gained access'],
    ['policy', 'command', 'SELECT', 'ALL', 'gained access'],
    ['view', 'options', 'security_invoker=true', null, 'gained access'],
    ['view', 'definition', 'SELECT 1', 'SELECT 2', 'lost behaviour'],
    ['function', 'security definer', 'false', 'true', 'gained access'],
    ['function', 'security definer', 'true', 'false', 'lost behaviour'],
    ['function', 'body', 'a', 'b', 'lost behaviour'],
    ['role', 'superuser', 'false', 'true', 'gained access'],
    ['role', 'login', 'true', 'false', 'lost protection'],
    ['role', 'member of', null, 'admin', 'gained access'],
    ['constraint', 'definition', 'CHECK (a)', 'CHECK (b)', 'lost protection'],
    ['constraint', 'comment', 'a', 'b', 'cosmetic'],
    ['column', 'not null', 'true', 'false', 'lost protection'],
    ['column', 'default', '1', null, 'lost behaviour'],
    ['column', 'statistics', '100', null, 'performance'],
    ['trigger', 'fires', 'origin', 'disabled', 'lost behaviour'],
    ['index', 'valid', 'true', 'false', 'performance'],
  ] as const)('%s: %s from %s to %s', (kind, property, before, after, gravity) => {
    const [was, is] = [before, after].map((value) => objectOf(kind, { [property]: value }))
    expect(was && is && gravityOfChange([property], was, is)).toBe(gravity)
  })

  it('is that of the gravest of several', () => {
    const was = objectOf('table', { comment: 'a', privileges: '(none)' })
    const is = objectOf('table', { comment: 'b', privileges: 'anon: SELECT' })
    expect(gravityOfChange(['comment', 'privileges'], was, is)).toBe('gained access')
  })

  it('of a unique index is that of a constraint', () => {
    const index = (valid: string) => objectOf('index', { unique: 'true', valid })
    expect(gravityOfChange(['valid'], index('true'), index('false'))).toBe('lost protection')
    expect(gravityOfLoss(index('true'))).toBe('lost protection')
    expect(gravityOfLoss(objectOf('index'))).toBe('performance')
  })
})

describe('the gravity of what is there on one side only', () => {
  it.each([
    ['table', {}, 'lost data', 'lost behaviour'],
    ['column', {}, 'lost data', 'lost behaviour'],
    ['policy', { type: 'permissive' }, 'lost protection', 'gained access'],
    ['policy', { type: 'restrictive' }, 'gained access', 'lost protection'],
    ['role', {}, 'lost protection', 'gained access'],
    ['default privileges', {}, 'lost protection', 'gained access'],
    ['constraint', {}, 'lost protection', 'lost behaviour'],
    ['trigger', {}, 'lost behaviour', 'lost behaviour'],
    ['statistics', {}, 'performance', 'performance'],
  ] as const)('%s %j', (kind, properties, missing, extra) => {
    const object = objectOf(kind, properties)
    expect([gravityOfLoss(object), gravityOfGain(object)]).toEqual([missing, extra])
  })
})

describe('findings', () => {
  const finding = (object: string, more: Partial<Finding>): Finding => ({
    check: 'schema',
    status: 'differs',
    object,
    notice: false,
    message: object,
    expected: null,
    actual: null,
    remedy: null,
    attribution: null,
    ...more,
  })

  it('are listed gravest first: what differs, what was not checked, notices, what is the same', () => {
    const graded = gravities.map((gravity) => finding(gravity, { gravity }))
    const rest = [
      finding('open', { status: 'not-checked' }),
      finding('notice', { notice: true, gravity: 'lost data' }),
      finding('same', { status: 'same' }),
    ]
    const expected = ['damage', ...gravities, 'open', 'notice', 'same']
    const listed = gravestFirst([...rest.toReversed(), ...graded.toReversed(), finding('damage', {})])
    expect(listed.map(({ object }) => object)).toEqual(expected)
  })
})
