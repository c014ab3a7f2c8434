import { partsOfIdentity, type Facts, type ObjectFact, type ObjectKind } from '../facts/index.ts'
import type { NotCovered } from './options.ts'

/** Kinds that live in no schema. */
const schemaless: ReadonlySet<ObjectKind> = new Set([
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
  return relationKinds.has(object.kind) || object.kind === 'sequence'
}

export function keyOf(object: ObjectFact): string {
  return `${object.kind} ${object.identity}`
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

/** One database's objects, ready to be looked up. */
export class ObjectIndex {
  readonly #byKey = new Map<string, ObjectFact>()
  /** Relations and domains, by {@link relationPart}. */
  readonly #wholes = new Map<string, ObjectFact>()
  readonly #schemas: ReadonlySet<string>
  #parts: ReadonlyMap<string | null, readonly ObjectFact[]> | null = null

  constructor(facts: Facts, notCovered: NotCovered = {}) {
    this.#schemas = new Set(facts.schemas)
    for (const object of facts.objects) {
      if (!isCovered(object, notCovered)) continue
      this.#byKey.set(keyOf(object), object)
      if (relationKinds.has(object.kind) || object.kind === 'domain') {
        const whole = relationPart(object.identity)
        if (whole !== null) this.#wholes.set(whole, object)
      }
    }
  }

  all(): Iterable<ObjectFact> {
    return this.#byKey.values()
  }

  get size(): number {
    return this.#byKey.size
  }

  get(object: ObjectFact): ObjectFact | undefined {
    return this.#byKey.get(keyOf(object))
  }

  /** What one of our objects is a part of is not in the other database: that absence says it all. */
  lacksWholeOf(object: ObjectFact, other: ObjectIndex): boolean {
    const schema = schemaOf(object)
    if (schema !== null && object.kind !== 'schema' && this.#schemas.has(schema) && !other.#schemas.has(schema)) {
      return true
    }
    const whole = ownerOf(object)
    return whole !== null && this.#wholes.has(whole) && !other.#wholes.has(whole)
  }

  /** What belongs to a relation: its columns, constraints, indexes, triggers, rules and policies, as the facts list them. */
  partsOf(whole: ObjectFact): readonly ObjectFact[] {
    this.#parts ??= Map.groupBy(this.all(), ownerOf)
    return this.#parts.get(relationPart(whole.identity)) ?? []
  }

  /** A child by INHERITS: dump and restore may order its columns differently. */
  isInheritanceChild(column: ObjectFact): boolean {
    const table = this.#wholes.get(ownerOf(column) ?? '')
    return (table?.properties['inherits'] ?? null) !== null
  }
}

/**
 * What hangs on the platform's tables and is the user's all the same: policies, and triggers that call a function of the
 * user's. The Supabase CLI leaves both out of its dumps, silently.
 */
function isUsersOwn(object: ObjectFact, { schemas = [] }: NotCovered): boolean {
  if (object.kind === 'policy') return true
  if (object.kind !== 'trigger') return false
  const [, called] = /EXECUTE (?:FUNCTION|PROCEDURE) ([^(]+)/.exec(object.properties['definition'] ?? '') ?? []
  return called !== undefined && !schemas.includes(partsOfIdentity(called)[0] ?? '')
}

function isCovered(object: ObjectFact, notCovered: NotCovered): boolean {
  const schema = schemaOf(object)
  if (schema !== null && (notCovered.schemas ?? []).includes(schema)) return isUsersOwn(object, notCovered)
  const name = partsOfIdentity(object.identity)[0] ?? ''
  if (object.kind === 'role') return !(notCovered.roles ?? []).includes(name)
  if (object.kind === 'extension') return !(notCovered.extensions ?? []).includes(name)
  return true
}
