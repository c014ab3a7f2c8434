import { Fault, type Secret } from '../../core/index.ts'
import { openTarget, placeOf, remoteUrl, type Session, type TargetPlace } from '../../postgres/index.ts'
import type { RestoreTarget } from '../../restore/index.ts'

/** How long the statements of an ended restore are waited for. */
const endingMs = 10_000

/**
 * One database of a server that is somebody else's, as a restore sees it: every `\connect` leads there, no other database
 * is made or entered.
 */
export class ForeignServer implements RestoreTarget {
  readonly place: TargetPlace
  readonly address: { readonly user: string }
  /** What {@link openTarget} calls our sessions. */
  readonly applicationName = 'rehearse restore'
  readonly #url: Secret
  readonly #setUp: readonly string[]
  readonly #backends = new Set<string>()

  /** `setUp`: settings that each session of the restore begins with. */
  constructor(url: Secret, setUp: readonly string[] = []) {
    this.#url = url
    this.#setUp = setUp
    this.place = placeOf(url)
    this.address = { user: this.place.user }
  }

  async connect(_database: string, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    const session = await openTarget(this.#url, options)
    const [row] = await session.query('SELECT pg_catalog.pg_backend_pid()::text AS pid')
    if (row?.['pid']) this.#backends.add(row['pid'])
    for (const setting of this.#setUp) await session.query(setting)
    return session
  }

  /**
   * A session to look with. The path is empty: what the dump has brought into `public`, operators too, answers for
   * nothing. `database`: another one of the server than the target.
   */
  async look(signal: AbortSignal, database: string | null = null): Promise<Session> {
    const session = await openTarget(database === null ? this.#url : remoteUrl(this.#url, database), { signal })
    await session.query("SELECT pg_catalog.set_config('search_path', '', false)")
    return session
  }

  async createDatabase(name: string): Promise<void> {
    throw new Fault('E_DEFECT', `database ${name} was to be made on a server that is not ours`)
  }

  /**
   * Ends what a restore that was cut off has left running: a server that builds an index notices only at its end that
   * nobody waits for it any more.
   */
  async endSessions(): Promise<void> {
    await using session = await this.look(AbortSignal.timeout(endingMs))
    await session.query(
      `SELECT pg_catalog.pg_terminate_backend(a.pid, ${endingMs / 2}) FROM pg_catalog.pg_stat_activity AS a
      WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.application_name = $2
        AND pg_catalog.jsonb_exists($1::jsonb, a.pid::text)`,
      [JSON.stringify([...this.#backends]), this.applicationName],
    )
  }
}
