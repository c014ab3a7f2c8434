import { partsOfIdentity, type Facts, type ObjectFact, type ObjectKind } from '../facts/index.ts'
import { KindList } from './kind-list.ts'
import type { NotCovered } from './options.ts'

/** Kinds that live in no schema. */
const schemaless: ReadonlySet<ObjectKind> = new Set([
  'collation version',
  'extension',
  'event trigger',
  'role',
  'publication',
  'foreign server',
  'database',
  'access method',
  'cast',
  'foreign data wrapper',
  'language',
  'large object',
  'security label',
  'subscription',
  'transform',
  'user mapping',
  'parameter',
  'tablespace',
])

const relationKinds: ReadonlySet<ObjectKind> = new Set(['table', 'foreign table', 'view', 'materialized view'])
const partKinds: ReadonlySet<ObjectKind> = new Set(['column', 'constraint', 'trigger', 'rule', 'policy'])

export function isRelation(object: ObjectFact): boolean {
  return isRelationKind(object.kind)
}

function isRelationKind(kind: ObjectKind): boolean {
  return relationKinds.has(kind) || kind === 'sequence'
}

export function schemaOf(object: ObjectFact): string | null {
  if (schemaless.has(object.kind)) return null
  return partsOfIdentity(object.identity)[0] ?? null
}

/** Identity of the relation (or domain) that the object is a part of. */
export function ownerOf(object: ObjectFact): string | null {
  if (partKinds.has(object.kind)) return relationPart(object.identity)
  if (object.kind === 'index') return relationPart(object.properties['table'] ?? '')
  if (object.kind === 'sequence') return relationPart(object.properties['owned by'] ?? '')
  return null
}

/** `public.users.email` → `public.users`, whichever way its parts are quoted. */
function relationPart(identity: string): string | null {
  const parts = partsOfIdentity(identity)
  return parts.length < 2 ? null : parts.slice(0, 2).join('\u0000')
}

/** Of the baseline and of the restored database: built once, for building one is what a comparison costs. */
export type IndexPair = readonly [ObjectIndex, ObjectIndex]

/** One database's objects, ready to be looked up by kind, then identity. */
export class ObjectIndex {
  readonly #byKind = new Map<ObjectKind, KindList>()
  readonly #schemas: ReadonlySet<string>
  readonly #notCovered: NotCovered
  #parts: ReadonlyMap<string | null, readonly ObjectFact[]> | null = null
  #wholes: ReadonlyMap<string, ObjectFact> | null = null

  constructor(facts: Facts, notCovered: NotCovered = {}) {
    this.#schemas = new Set(facts.schemas)
    this.#notCovered = notCovered
    const { schemas = [], roles = [], extensions = [] } = notCovered
    const leavesOut = [schemas, roles, extensions].some((names) => names.length > 0)
    for (const object of facts.objects) {
      if (leavesOut && !isCovered(object, notCovered)) continue
      let ofKind = this.#byKind.get(object.kind)
      if (!ofKind) this.#byKind.set(object.kind, (ofKind = new KindList()))
      ofKind.add(object)
    }
  }

  /** Kind by kind, each in the order of the facts. */
  *all(): Iterable<ObjectFact> {
    for (const ofKind of this.#byKind.values()) yield* ofKind.values()
  }

  /** What {@link isRelation} is true of, in the same order. */
  *relations(): Iterable<ObjectFact> {
    for (const [kind, ofKind] of this.#byKind) if (isRelationKind(kind)) yield* ofKind.values()
  }

  get size(): number {
    return this.#byKind.values().reduce((sum, { size }) => sum + size, 0)
  }

  /** How many kinds there are objects of. */
  get kinds(): number {
    return this.#byKind.size
  }

  get(object: ObjectFact): ObjectFact | undefined {
    return this.#byKind.get(object.kind)?.get(object.identity)
  }

  /** What one of our objects is a part of is not in the other database: that absence says it all. */
  lacksWholeOf(object: ObjectFact, other: ObjectIndex): boolean {
    const schema = schemaOf(object)
    // Of a schema that is not compared, nobody says that it is missing.
    if (this.#notCovered.schemas?.includes(schema ?? '')) return false
    if (schema !== null && object.kind !== 'schema' && this.#schemas.has(schema) && !other.#schemas.has(schema)) {
      return true
    }
    const whole = ownerOf(object)
    return whole !== null && this.#wholesByPart().has(whole) && !other.#wholesByPart().has(whole)
  }

  /** What belongs to a relation: its columns, constraints, indexes, triggers, rules and policies, as the facts list them. */
  partsOf(whole: ObjectFact): readonly ObjectFact[] {
    this.#parts ??= Map.groupBy(this.all(), ownerOf)
    return this.#parts.get(relationPart(whole.identity)) ?? []
  }

  /** A child by INHERITS: dump and restore may order its columns differently. */
  isInheritanceChild(column: ObjectFact): boolean {
    const table = this.#wholesByPart().get(ownerOf(column) ?? '')
    return (table?.properties['inherits'] ?? null) !== null
  }

  /** Relations and domains, by {@link relationPart}: asked for only where something is missing. */
  #wholesByPart(): ReadonlyMap<string, ObjectFact> {
    if (this.#wholes === null) {
      const wholes = new Map<string, ObjectFact>()
      for (const kind of [...relationKinds, 'domain'] as const) {
        for (const object of this.#byKind.get(kind)?.values() ?? []) {
          const whole = relationPart(object.identity)
          if (whole !== null) wholes.set(whole, object)
        }
      }
      this.#wholes = wholes
    }
    return this.#wholes
  }
}

/**
 * What hangs on the platform's tables and is the user's all the same: policies, and triggers that call a function of the
 * user's. The Supabase CLI leaves both out of its dumps, silently. pg_cron's own policies are no members of it, for the
 * server keeps none of an extension's.
 */
function isUsersOwn(object: ObjectFact, { schemas = [] }: NotCovered): boolean {
  if (object.kind === 'policy') return !/^cron\.\w+\.cron_job_/.test(object.identity)
  if (object.kind !== 'trigger') return false
  const [, called] = /EXECUTE (?:FUNCTION|PROCEDURE) ([^(]+)/.exec(object.properties['definition'] ?? '') ?? []
  return called !== undefined && !schemas.includes(partsOfIdentity(called)[0] ?? '')
}

function ownerOfDefaults({ identity }: ObjectFact): string {
  const owner = partsOfIdentity(identity)[1] ?? ''
  // Any other role's are the user's, whoever made the role.
  return owner.startsWith('supabase_') ? owner : ''
}

function isPlatforms(called: string | null | undefined, { schemas = [] }: NotCovered): boolean {
  return schemas.includes(partsOfIdentity(called ?? '')[0] ?? '')
}

function isCovered(object: ObjectFact, notCovered: NotCovered): boolean {
  const schema = schemaOf(object)
  if (schema !== null && (notCovered.schemas ?? []).includes(schema)) return isUsersOwn(object, notCovered)
  const name = partsOfIdentity(object.identity)[0] ?? ''
  if (object.kind === 'role') return !(notCovered.roles ?? []).includes(name)
  // What the platform's own roles grant by default, and event triggers that call the platform.
  if (object.kind === 'default privileges') return !(notCovered.roles ?? []).includes(ownerOfDefaults(object))
  if (object.kind === 'event trigger') return !isPlatforms(object.properties['function'], notCovered)
  if (object.kind === 'extension') return !(notCovered.extensions ?? []).includes(name)
  return true
}
