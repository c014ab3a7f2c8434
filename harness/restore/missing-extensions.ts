import { quoteIdentifier } from '../core/index.ts'
import type { Refusal } from '../postgres/index.ts'

/** What follows from extensions that the engine lacks, and from what a role that is no superuser may not make. */
export class MissingExtensions {
  #isWithheld = false
  /** Extensions that are there, and that who restores may not make. */
  readonly #withheldExtensions = new Set<string>()
  readonly #settings = new Set<string>()
  readonly #names = new Set<string>()
  /** As a statement may spell them. */
  readonly #victims = new Map<string, readonly string[]>()
  readonly #ownSchemas = new Set(['public'])

  get names(): readonly string[] {
    return [...this.#names].sort()
  }

  extension(name: string): void {
    this.#names.add(name)
  }

  /** Something was refused for want of rights. */
  withhold(setting: string | null = null): void {
    this.#isWithheld = true
    if (setting !== null) this.#settings.add(setting)
  }

  withholdExtension(name: string): void {
    this.#withheldExtensions.add(name)
  }

  /** What such an extension would bring, nobody knows: a function of any name. */
  get lacksUnknown(): boolean {
    return this.#withheldExtensions.size > 0
  }

  isWithheldExtension(name: string): boolean {
    return this.#withheldExtensions.has(name)
  }

  /** A setting that the dump wanted for its session, and did not get. */
  isWithheldSetting(name: string): boolean {
    return this.#settings.has(name)
  }

  get isWithheld(): boolean {
    return this.#isWithheld
  }

  /** The dump tries to create it itself, so it is no extension's. */
  ownSchema(name: string): void {
    this.#ownSchemas.add(name)
  }

  /** An object that could not be created for want of an extension. */
  victim(object: string): void {
    this.#victims.set(object, spellings(object))
  }

  isMissing(name: string): boolean {
    return this.#names.has(name)
  }

  isVictim(object: string): boolean {
    return [...this.#victims.keys()].some((victim) => object === victim || object.startsWith(`${victim}.`))
  }

  namesVictim(text: string): boolean {
    return [...this.#victims.values()].flat().some((spelling) => text.includes(spelling))
  }

  /** A language, a wrapper, an access method that could not be made, as a word of that text. */
  namesBareVictim(text: string): boolean {
    const words = new Set(text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu))
    return [...this.#victims.keys()].some((victim) => !victim.includes('.') && words.has(victim))
  }

  isOwnSchema(name: string): boolean {
    return this.#ownSchemas.has(name)
  }
}

/** `app.Place` → `app.Place`, `"app"."Place"`, `app."Place"`. A name alone could be part of any word: quoted only. */
function spellings(object: string): readonly string[] {
  const dot = object.indexOf('.')
  if (dot < 0) return [quoteIdentifier(object)]
  const [schema, name] = [object.slice(0, dot), object.slice(dot + 1)]
  return [object, `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`, `${schema}.${quoteIdentifier(name)}`]
}

export interface RefusedUse {
  readonly verb: string
  readonly object: string | null
  readonly text: string
  readonly refusal: Refusal
  readonly missing: MissingExtensions
}

const undefinedObject = '42704'
const undefinedFunction = '42883'
/** Functions, libraries, features: extensions bring them, and a dump never holds them. */
const broughtByExtensions = new Set(['42883', '0A000', '58P01'])
/** Tables, columns, schemas, and definitions that hang on them: of an extension, or of a table that needed one. */
const undefinedRelations = new Set(['42P01', '42703', '3F000', '42P17'])
/** Here an undefined object is a role, which no extension brings. */
const aboutRoles = /OWNER TO|^GRANT|^REVOKE|ROLE|DEFAULT PRIVILEGES|POLICY|^CREATE SCHEMA|USER MAPPING|AUTHORIZATION/

/**
 * Whether a refusal may come of a missing extension alone. Kept narrow: what is excused here is not checked, and a role
 * or a table that the dump lost must stay a loss.
 */
export function mayNeedExtension({ verb, object, text, refusal, missing }: RefusedUse): boolean {
  return missing.names.length > 0 && mayNeedAbsent({ verb, object, text, refusal, missing })
}

/** The same for whatever was refused before, and is wanted now. */
export function mayNeedAbsent({ verb, object, text, refusal, missing }: RefusedUse): boolean {
  const { code } = refusal
  if (broughtByExtensions.has(code)) return true
  if (code !== undefinedObject && !undefinedRelations.has(code)) return false
  if (object !== null && isKnownToLack(object, missing)) return true
  if (missing.namesVictim(text)) return true
  if (code === undefinedObject) return !aboutRoles.test(verb)
  return (code === '42P01' || code === '3F000') && isInForeignSchema(object, missing)
}

function isKnownToLack(object: string, missing: MissingExtensions): boolean {
  return missing.isVictim(object) || missing.isMissing(object) || missing.isWithheldExtension(object)
}

/** Whether a refusal may come of an object that was refused before: a table of its type, an index on it, its rows. */
export function hangsOnVictim({ object, text, refusal: { code }, missing }: RefusedUse): boolean {
  if (code !== undefinedObject && code !== undefinedFunction && !undefinedRelations.has(code)) return false
  return (object !== null && missing.isVictim(object)) || missing.namesVictim(text)
}

/** `cron.job`: in a schema that the dump doesn't create. */
function isInForeignSchema(object: string | null, missing: MissingExtensions): boolean {
  const schema = object?.split('.', 1)[0]
  return schema !== undefined && schema !== '' && !missing.isOwnSchema(schema)
}
