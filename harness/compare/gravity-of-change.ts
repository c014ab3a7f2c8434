import type { ObjectFact, ObjectKind } from '../facts/index.ts'
import { gravestOf, type Gravity } from './gravity.ts'
import { gainedEntries, gainedGrants } from './privileges.ts'

type Judge = (before: string | null, after: string | null, was: ObjectFact, is: ObjectFact) => Gravity

const always =
  (gravity: Gravity): Judge =>
  () =>
    gravity

/** Opens access when it comes to stand at this value, closes it otherwise. */
const opensAt =
  (value: string, otherwise: Gravity = 'lost protection'): Judge =>
  (_, after) =>
    (after ?? 'false') === value ? 'gained access' : otherwise

/** A list of which each entry lets somebody in. */
const opensWithMore =
  (otherwise: Gravity): Judge =>
  (before, after) =>
    gainedEntries(before, after).length > 0 ? 'gained access' : otherwise

const privileges: Judge = (before, after) =>
  gainedGrants(before, after).length > 0 ? 'gained access' : 'lost protection'

/** A permissive policy lets in; it lets everybody in once its condition is `true`, or gone. */
const condition: Judge = (_, after, __, is) =>
  after === 'true' && is.properties['type'] !== 'restrictive' ? 'gained access' : 'lost protection'

/** A view reads with its owner's rights unless `security_invoker` says otherwise; `security_barrier` keeps rows in. */
const viewOptions: Judge = (before, after) => {
  const guards = (options: string | null): string[] =>
    (options ?? '').split(', ').filter((option) => /^security_(?:invoker|barrier)=(?:true|on|1|yes)$/.test(option))
  return guards(before).some((guard) => !guards(after).includes(guard)) ? 'gained access' : 'lost behaviour'
}

/** By property, whatever the kind. */
const ofProperty: Readonly<Record<string, Judge>> = {
  comment: always('cosmetic'),
  'index comment': always('cosmetic'),
  privileges,
  // Whoever owns an object may do anything with it.
  owner: always('gained access'),
  statistics: always('performance'),
  storage: always('performance'),
  compression: always('performance'),
  clustered: always('performance'),
  'access method': always('performance'),
  cost: always('performance'),
  rows: always('performance'),
  parallel: always('performance'),
  support: always('performance'),
  'toast options': always('performance'),
}

/** By kind and property, where that says more. */
const ofKind: Readonly<Record<string, Judge>> = {
  'table row security': opensAt('false'),
  'table row security forced': opensAt('false'),
  'table persistence': always('lost data'),
  'table partition bound': always('lost protection'),
  'table options': always('performance'),
  'materialized view options': always('performance'),
  'view options': viewOptions,
  'column not null': always('lost protection'),
  'column type': always('lost data'),
  'column options': always('performance'),
  'column position': always('lost behaviour'),
  'domain not null': always('lost protection'),
  'policy type': opensAt('permissive'),
  'policy command': (_, after) => (after === 'ALL' ? 'gained access' : 'lost protection'),
  'policy roles': opensWithMore('lost protection'),
  'policy using': condition,
  'policy with check': condition,
  'function security definer': opensAt('true', 'lost behaviour'),
  'function leakproof': opensAt('true', 'performance'),
  'role superuser': opensAt('true'),
  'role inherit': opensAt('true'),
  'role create role': opensAt('true'),
  'role create database': opensAt('true'),
  'role login': opensAt('true'),
  'role replication': opensAt('true'),
  'role bypass row security': opensAt('true'),
  'role member of': opensWithMore('lost protection'),
  'role valid until': always('lost protection'),
  'role connection limit': always('lost protection'),
  'role settings': always('lost behaviour'),
  'role settings here': always('lost behaviour'),
  'publication tables': always('lost behaviour'),
}

const otherwise: Readonly<Partial<Record<ObjectKind, Gravity>>> = {
  constraint: 'lost protection',
  policy: 'lost protection',
  role: 'lost protection',
  'default privileges': 'lost protection',
  'changed privileges': 'lost protection',
  parameter: 'lost protection',
  'security label': 'lost protection',
  'user mapping': 'lost protection',
  index: 'performance',
  statistics: 'performance',
  'large object': 'lost data',
}

function gravityOfProperty(property: string, was: ObjectFact, is: ObjectFact): Gravity {
  const judge = ofKind[`${was.kind} ${property}`] ?? ofProperty[property]
  const [before, after] = [was.properties[property] ?? null, is.properties[property] ?? null]
  if (judge) return judge(before, after, was, is)
  if (was.kind === 'index' && isUnique(was) && property !== 'ready') return 'lost protection'
  return otherwise[was.kind] ?? 'lost behaviour'
}

function isUnique({ properties }: ObjectFact): boolean {
  return properties['unique'] === 'true'
}

/** Of an object that both sides have: the gravest of what changed in it. */
export function gravityOfChange(properties: readonly string[], was: ObjectFact, is: ObjectFact): Gravity {
  return gravestOf(properties.map((property) => gravityOfProperty(property, was, is))) ?? 'lost behaviour'
}

/** Kinds that hold rows, or values. */
const holdsData: ReadonlySet<ObjectKind> = new Set(['schema', 'table', 'column', 'large object'])

/** Kinds by which somebody may do more than before, once they are there. */
const opens: ReadonlySet<ObjectKind> = new Set([
  'role',
  'default privileges',
  'changed privileges',
  'parameter',
  'user mapping',
])

/** Of an object that is missing. A restrictive policy keeps out: without it others get in. */
export function gravityOfLoss(object: ObjectFact): Gravity {
  if (holdsData.has(object.kind)) return 'lost data'
  if (object.kind === 'policy' && object.properties['type'] === 'restrictive') return 'gained access'
  if (object.kind === 'index' && isUnique(object)) return 'lost protection'
  return otherwise[object.kind] ?? 'lost behaviour'
}

/** Of an object that was not there before. */
export function gravityOfGain(object: ObjectFact): Gravity {
  if (object.kind === 'policy') {
    return object.properties['type'] === 'restrictive' ? 'lost protection' : 'gained access'
  }
  if (opens.has(object.kind)) return 'gained access'
  if (object.kind === 'index') return 'performance'
  return otherwise[object.kind] === 'performance' ? 'performance' : 'lost behaviour'
}
