import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import { gradeSettings } from './grade-settings.ts'
import { gradeSurroundings } from './grade-surroundings.ts'
import type { ObjectIndex } from './object-index.ts'
import type { CompareOptions, NotCovered, UsedAsThere } from './options.ts'

/** What a difference means. Anything but `differs` says why. */
export type Grade =
  | { readonly grade: 'differs'; readonly why?: string; readonly remedy?: string }
  | { readonly grade: 'ignored' }
  | { readonly grade: 'notice'; readonly why: string }
  | { readonly grade: 'not-checked'; readonly why: string; readonly remedy: string; readonly notice: boolean }

const differs: Grade = { grade: 'differs' }
const localeProperties: ReadonlySet<string> = new Set(['collate', 'ctype', 'locale', 'locale provider', 'locale rules'])

export interface GradeContext {
  readonly before: ObjectIndex
  readonly baseline: Facts
  readonly restored: Facts
  readonly carries: CompareOptions['carries']
  readonly exact: boolean
  readonly notCovered?: NotCovered | undefined
  readonly usedAsThere?: UsedAsThere | undefined
}

const ofThePlatform: Grade = {
  grade: 'notice',
  why: "it is the platform's own: every project has it, and on this server it is used as it is there",
}

/** A property that is not the same on both sides. */
export function gradeProperty(property: string, was: ObjectFact, is: ObjectFact, context: GradeContext): Grade {
  const { server: source } = context.baseline
  const { server: copy } = context.restored
  if (isUsedAsThere(was, property, context)) return ofThePlatform
  if (context.exact) {
    if (was.kind === 'role') return gradeRole(property, was, is, { ...context, carries: { database: true } })
    return isSpelling(property, was, is) ? notReadAgain : differs
  }
  if (was.deparsed.includes(property) && source.major !== copy.major) {
    return {
      grade: 'not-checked',
      why: `Postgres ${copy.major} spells expressions unlike Postgres ${source.major}`,
      remedy: `restore on Postgres ${source.major}`,
      notice: false,
    }
  }
  if (was.kind === 'column' && property === 'position' && context.before.isInheritanceChild(was)) {
    return { grade: 'notice', why: 'the order of columns of an inheritance child is not kept by dump and restore' }
  }
  if (was.kind === 'extension' && property === 'version') {
    return {
      grade: 'not-checked',
      why: 'a dump does not name versions of extensions: the engine installed its own',
      remedy: `use an engine that has ${was.identity} ${was.properties['version'] ?? ''}`,
      notice: true,
    }
  }
  const surroundings = gradeSurroundings(property, was, is)
  if (surroundings) return surroundings
  if (was.kind === 'role') return gradeRole(property, was, is, context)
  if (was.kind === 'parameter' && context.carries?.roles === false) return rolesNotice
  if (was.kind === 'database') return gradeDatabase(property, was, is, context)
  return differs
}

function isUsedAsThere({ kind, identity }: ObjectFact, property: string | null, context: GradeContext): boolean {
  const there = context.usedAsThere
  if (kind === 'role' && there?.roles.has(identity)) return true
  const known = {
    'role member of': there?.members,
    'event trigger owner': there?.eventTriggers,
    'publication owner': there?.publications,
  }
  return known[`${kind} ${property}` as keyof typeof known]?.has(identity) ?? false
}

/** Two texts of which at least one was not read again. A foreign key's holds names alone: nothing to spell otherwise. */
function isSpelling(property: string, was: ObjectFact, is: ObjectFact): boolean {
  const sides = [was, is]
  return (
    sides.every(({ properties }) => (properties[property] ?? null) !== null) &&
    sides.some(({ deparsed }) => deparsed.includes(property)) &&
    sides.some(({ properties }) => properties['type'] !== 'foreign key')
  )
}

/** Two servers may spell one expression in two ways: only once both were read by one server are texts comparable. */
const notReadAgain: Grade = {
  grade: 'not-checked',
  why: 'the texts differ, and a scratch server could not read them again to see whether they mean the same',
  remedy: 'compare the two texts yourself, or compare with a dump: it is restored, and texts are read again there',
  notice: false,
}

/** The bootstrap superuser is made by initdb, on either side: its attributes are nobody's backup. */
function gradeRole(property: string, was: ObjectFact, is: ObjectFact, context: GradeContext): Grade {
  const { carries } = context
  if (was.properties['bootstrap'] === 'true' || is.properties['bootstrap'] === 'true') return { grade: 'ignored' }
  if (property === 'settings here' && carries?.database !== true) return gradeSettings(property, was, is, context)
  return carries?.roles === false ? rolesNotice : differs
}

const rolesNotice: Grade = { grade: 'notice', why: 'this backup does not carry roles and their settings' }

function gradeDatabase(property: string, was: ObjectFact, is: ObjectFact, context: GradeContext): Grade {
  if (property === 'encoding') return differs
  if (localeProperties.has(property)) {
    return { grade: 'notice', why: 'the disposable database has the locale of its engine: sort order may differ' }
  }
  if (context.carries?.database === true) return differs
  if (property === 'settings') return gradeSettings(property, was, is, context)
  return { grade: 'notice', why: 'pg_dump leaves this out unless called with --create' }
}

/** An object that is on one side only. */
export function gradePresence(object: ObjectFact, missing: boolean, context: GradeContext): Grade {
  const majorsDiffer = context.baseline.server.major !== context.restored.server.major
  if (object.kind === 'constraint' && object.properties['type'] === 'not null' && majorsDiffer)
    return { grade: 'ignored' }
  if (isUsedAsThere(object, null, context)) return ofThePlatform
  if (object.kind === 'role') {
    if (object.properties['bootstrap'] === 'true') return { grade: 'ignored' }
    if (!missing && isBootstrapThere(object, context.baseline)) return { grade: 'ignored' }
    if (context.carries?.roles === false) return rolesNotice
  }
  if (context.exact) return differs
  const surroundings = gradeSurroundings(null, missing ? object : null, missing ? null : object)
  if (surroundings) return surroundings
  if (object.kind === 'parameter' && context.carries?.roles === false) return rolesNotice
  if (missing && (isOfThePlatform(object, context.notCovered) || isOfLeftExtension(object, context.notCovered))) {
    return { grade: 'notice', why: 'it is the platform that grants and revokes on what comes with the server' }
  }
  if (object.kind === 'index' && missing && object.properties['valid'] === 'false') {
    return { grade: 'notice', why: 'it was invalid where the backup was taken, and pg_dump leaves such an index out' }
  }
  return differs
}

/**
 * The server keeps no record of what its bootstrap superuser owns, so such a role is among a database's only elsewhere:
 * where the disposable server has another one. It is known by owning things and not being listed itself.
 */
function isBootstrapThere({ identity }: ObjectFact, { objects }: Facts): boolean {
  return objects.some(({ properties }) => properties['owner'] === identity)
}

/** Rights on what an extension brought that is left to the platform; those of Supabase's lie in `extensions`. */
function isOfLeftExtension({ kind, identity }: ObjectFact, notCovered: NotCovered | undefined): boolean {
  const isLeft = (notCovered?.extensions ?? []).length > 0
  return kind === 'changed privileges' && isLeft && partsOfIdentity(identity)[0] === 'extensions'
}

/** Where roles are provided, so is what they may do with the server's own functions; the Supabase CLI leaves it out. */
function isOfThePlatform({ kind, identity }: ObjectFact, notCovered: NotCovered | undefined): boolean {
  const [scope = ''] = partsOfIdentity(identity)
  const isServers = scope === 'pg_catalog' || scope === 'database'
  return kind === 'changed privileges' && isServers && (notCovered?.roles ?? []).length > 0
}
