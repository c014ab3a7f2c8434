import type { DisposableServer } from '../../engine/index.ts'
import type { Refusal } from '../../postgres/index.ts'
import { ownEventTrigger } from '../deputy/own-event-trigger.ts'
import type { ServerWarning } from './types.ts'

const insufficientPrivilege = '42501'

/** A statement that a client was refused. */
export interface RefusedHandOver {
  readonly file: string
  readonly database: string
  readonly verb: string
  readonly object: string | null
  readonly text: Uint8Array
  readonly refusal: Refusal
}

/**
 * Event triggers of an ordinary role: hosted servers let it own them, PostgreSQL lets no client give it one. They get
 * their owner once the client is through, and that is said. Null where it was about something else, or was refused to us too.
 */
export async function handOver(
  server: DisposableServer,
  { file, database, verb, object, text, refusal: { code, message } }: RefusedHandOver,
  signal: AbortSignal,
): Promise<ServerWarning | null> {
  if (verb !== 'ALTER EVENT TRIGGER OWNER TO' || code !== insufficientPrivilege || server.limits) return null
  await using session = await server.connect(database, { signal })
  if (!(await ownEventTrigger(session, text))) return null
  const harmless = 'hosted servers allow it; on this one the trigger was given to its owner after the client had ended'
  return { file, verb, object, code, message, harmless }
}
