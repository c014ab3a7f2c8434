import type { Refusal } from '../postgres/index.ts'
import { grantedByAnother } from './deputy/grant-by-another.ts'
import { isHarmlessDrop } from './drop-rules.ts'
import { findWant, isAboutTablespace, type Lacking } from './engine-rules.ts'
import { gateRules } from './gate-rules.ts'
import { hangsOnVictim, mayNeedExtension, type MissingExtensions } from './missing-extensions.ts'
import { mayNeedRights } from './rights-rules.ts'
import { leftToPlatform } from './skip-rules.ts'
import type { RefusalMeaning } from './types.ts'

export interface RefusalContext {
  readonly verb: string
  readonly object: string | null
  /** The statement, its beginning at least. */
  readonly text: string
  readonly refusal: Refusal
  /** Who restores: the bootstrap superuser of an engine of ours. */
  readonly superuser: string
  /** The role that restores is one. */
  readonly isSuperuser: boolean
  /** Roles of the dump that are superusers are superusers here too: not so on a server that is not ours. */
  readonly makesSuperusers: boolean
  readonly missing: MissingExtensions
  readonly lacking: Lacking
  /** Roles and schemas that were laid in before the restore to stand for the platform. */
  readonly provided: ReadonlySet<string>
  /** Databases that were there before the restore. */
  readonly databases: ReadonlySet<string>
}

/** Class 08, connection exception: of a statement that connects to another server. */
export function isOutOfReach({ code }: Pick<Refusal, 'code'>): boolean {
  return code.startsWith('08')
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
  duplicateDatabase: '42P04',
  undefinedObject: '42704',
  undefinedFunction: '42883',
  undefinedTable: '42P01',
  objectInUse: '55006',
  wrongObjectType: '42809',
  invalidParameterValue: '22023',
  internalError: 'XX000',
} as const

/** A locale that the machine lacks, one that does not go with the encoding, a provider that the server was built without. */
const localeStates: ReadonlySet<string> = new Set([
  sqlState.wrongObjectType,
  sqlState.invalidParameterValue,
  sqlState.featureNotSupported,
])

/**
 * An extension that is not there, whose library is not or does not start up, or that can't be made in the version that is
 * asked for.
 */
const extensionStates: ReadonlySet<string> = new Set([
  sqlState.internalError,
  sqlState.featureNotSupported,
  sqlState.undefinedFile,
  sqlState.invalidParameterValue,
])

/** Settings of newer servers that only limit time: an older server without them restores the same database. */
const timeLimits = new Set(['transaction_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout'])

/**
 * By code and object, never by message text (a user's object may be called anything). First match wins; a refusal that
 * no rule knows is a loss.
 */
const rules: readonly RefusalRule[] = [
  ...gateRules,
  {
    applies: ({ refusal }) => refusal.code === grantedByAnother,
    meaning: 'harmless',
    explanation: () => "who belongs to whom is as it was; who may take it back again is the server's own affair",
  },
  {
    applies: ({ verb, object, refusal }) =>
      verb === 'CREATE SCHEMA' && object === 'public' && refusal.code === sqlState.duplicateSchema,
    meaning: 'harmless',
    explanation: () => 'every database has a schema public from the start',
  },
  {
    applies: ({ verb, object, refusal, superuser }) =>
      object === superuser &&
      ((verb === 'CREATE ROLE' && refusal.code === sqlState.duplicateObject) ||
        (verb === 'DROP ROLE' && refusal.code === sqlState.objectInUse)),
    meaning: 'harmless',
    explanation: ({ superuser }) => `${superuser} is the disposable server's own superuser`,
  },
  {
    applies: ({ verb, object, refusal, provided }) =>
      object !== null &&
      provided.has(object) &&
      ((verb === 'CREATE ROLE' && refusal.code === sqlState.duplicateObject) ||
        (verb === 'CREATE SCHEMA' && refusal.code === sqlState.duplicateSchema)),
    meaning: 'harmless',
    explanation: ({ object }) => `${object} was laid in before the restore, as the platform does`,
  },
  {
    applies: ({ verb, object, refusal }) =>
      verb === 'CREATE POLICY' &&
      refusal.code === sqlState.duplicateObject &&
      /^cron\.\w+\.cron_job_/.test(object ?? ''),
    meaning: 'harmless',
    explanation: () =>
      'pg_cron makes it, and pg_dump writes it all the same: the server keeps no policy as an extension’s',
  },
  {
    applies: isGrantOfPlatform,
    meaning: 'harmless',
    explanation: () => 'it comes with an extension that is left to the platform, and no stand-in has it',
  },
  {
    applies: ({ verb, object, refusal, databases }) =>
      verb === 'CREATE DATABASE' &&
      object !== null &&
      databases.has(object) &&
      refusal.code === sqlState.duplicateDatabase,
    meaning: 'harmless',
    explanation: ({ object }) => `the database ${object} was there, empty, before the restore`,
  },
  {
    applies: ({ verb, refusal }) => verb === 'CREATE DATABASE' && localeStates.has(refusal.code),
    meaning: 'harmless',
    explanation: ({ object }) =>
      `this engine lacks the locale of ${object}: it was created with the engine's own, and text may sort otherwise`,
  },
  {
    applies: ({ verb, object, refusal }) =>
      verb === 'SET' && refusal.code === sqlState.undefinedObject && timeLimits.has(object ?? ''),
    meaning: 'harmless',
    explanation: ({ object }) => `${object} limits time only, and this server's major does not have it yet`,
  },
  {
    applies: isHarmlessDrop,
    meaning: 'harmless',
    explanation: () => 'a new database has nothing to drop yet',
  },
  {
    applies: isAboutTablespace,
    meaning: 'harmless',
    explanation: () => 'a tablespace is a folder on the server that was dumped: what lay in it lies in the default one',
  },
  {
    applies: (context) => findWant(context, context.lacking) !== null,
    meaning: 'engine',
    explanation: (context) => `it needs ${findWant(context, context.lacking)}, which this engine does not have`,
  },
  {
    applies: ({ verb, refusal }) => verb === 'CREATE EXTENSION' && extensionStates.has(refusal.code),
    meaning: 'engine',
    explanation: ({ object }) => `this engine does not have the extension ${object}`,
  },
  {
    applies: ({ refusal }) => isOutOfReach(refusal),
    meaning: 'engine',
    explanation: () => 'it connects to another server, and none is in reach of a rehearsal',
  },
  {
    applies: mayNeedRights,
    meaning: 'rights',
    explanation: () => 'the role that restores here is no superuser',
  },
  {
    applies: mayNeedExtension,
    meaning: 'engine',
    explanation: ({ missing }) => `it may need ${missing.names.join(', ')}, which this engine does not have`,
  },
  {
    applies: hangsOnVictim,
    meaning: 'engine',
    explanation: () => 'it needs an object that could not be made, for want of what this engine lacks',
  },
]

/** Rights on a function or sequence of an extension that is the platform's: in a schema that was laid for it, or in theirs. */
function isGrantOfPlatform({ verb, object, refusal: { code }, provided }: RefusalContext): boolean {
  if (!/^(?:GRANT|REVOKE)$/.test(verb) || object === null) return false
  if (code !== sqlState.undefinedFunction && code !== sqlState.undefinedTable) return false
  const schema = object.split('.', 1)[0] ?? ''
  const isLeft = [...provided].some((name) => name.startsWith(leftToPlatform('')))
  return isLeft && (schema === 'extensions' || (schema !== object && provided.has(schema)))
}

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
