import type { Refusal } from '../postgres/index.ts'
import type { RefusalMeaning } from './types.ts'

export interface RefusalContext {
  readonly verb: string
  readonly object: string | null
  readonly refusal: Refusal
  /** Bootstrap superuser of the engine. */
  readonly superuser: string
  /** Extensions already found missing in this engine. */
  readonly missingExtensions: ReadonlySet<string>
  /** Roles and schemas that were laid in before the restore to stand for the platform. */
  readonly provided: ReadonlySet<string>
}

interface RefusalRule {
  readonly applies: (context: RefusalContext) => boolean
  readonly meaning: RefusalMeaning
  readonly explanation: (context: RefusalContext) => string
}

/** SQLSTATEs by name: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlState = {
  featureNotSupported: '0A000',
  undefinedFile: '58P01',
  duplicateObject: '42710',
  duplicateSchema: '42P06',
  undefinedObject: '42704',
} as const

/** What refers to something that isn't there: after a missing extension, its likely victims. */
const undefinedStates = new Set(['42704', '42883', '42P01', '3F000', '42703', '0A000', '58P01', '42P17'])

/** Settings of newer servers that only limit time: an older server without them restores the same database. */
const timeLimits = new Set(['transaction_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout'])

/**
 * By code and object, never by message text (a user's object may be called anything). First match wins; a refusal that
 * no rule knows is a loss.
 */
const rules: readonly RefusalRule[] = [
  {
    applies: ({ verb, object, refusal }) =>
      verb === 'CREATE SCHEMA' && object === 'public' && refusal.code === sqlState.duplicateSchema,
    meaning: 'harmless',
    explanation: () => 'every database has a schema public from the start',
  },
  {
    applies: ({ verb, object, refusal, superuser }) =>
      verb === 'CREATE ROLE' && object === superuser && refusal.code === sqlState.duplicateObject,
    meaning: 'harmless',
    explanation: ({ superuser }) => `${superuser} is the disposable server's own superuser`,
  },
  {
    applies: ({ verb, object, refusal, provided }) =>
      (verb === 'CREATE ROLE' || verb === 'CREATE SCHEMA') &&
      object !== null &&
      provided.has(object) &&
      (refusal.code === sqlState.duplicateObject || refusal.code === sqlState.duplicateSchema),
    meaning: 'harmless',
    explanation: ({ object }) => `${object} was laid in before the restore, as the platform does`,
  },
  {
    applies: ({ verb, object, refusal }) =>
      verb === 'SET' && refusal.code === sqlState.undefinedObject && timeLimits.has(object ?? ''),
    meaning: 'harmless',
    explanation: ({ object }) => `${object} limits time only, and this server's major does not have it yet`,
  },
  {
    applies: ({ verb, refusal }) =>
      verb === 'CREATE EXTENSION' &&
      (refusal.code === sqlState.featureNotSupported || refusal.code === sqlState.undefinedFile),
    meaning: 'engine',
    explanation: ({ object }) => `this engine does not have the extension ${object}`,
  },
  {
    applies: ({ refusal, missingExtensions }) => missingExtensions.size > 0 && undefinedStates.has(refusal.code),
    meaning: 'engine',
    explanation: ({ missingExtensions }) =>
      `it may need ${[...missingExtensions].join(', ')}, which this engine does not have`,
  },
]

/** What a refusal means for the backup. */
export function readMeaning(context: RefusalContext): {
  readonly meaning: RefusalMeaning
  readonly explanation: string
} {
  const rule = rules.find(({ applies }) => applies(context))
  if (rule) return { meaning: rule.meaning, explanation: rule.explanation(context) }
  return {
    meaning: 'loss',
    explanation: `${context.object ?? 'what it defines'} is not in the restored database as it was`,
  }
}
