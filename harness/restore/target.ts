import type { ServerAddress, Session } from '../postgres/index.ts'

/**
 * What a restore needs of the server it restores into: a disposable server is one, and so is a server of somebody
 * else's, on which nothing but the named database may change.
 */
export interface RestoreTarget {
  /** `user` restores: the dump's statements about that role would take rights away from the restore itself. */
  readonly address: Pick<ServerAddress, 'user'>
  /**
   * Present where the restoring role is no superuser: what is refused for want of rights is then not checked, instead of
   * lost.
   */
  readonly limits?:
    | { readonly reason: string; readonly connectAdmin?: (database: string) => Promise<Session> }
    | undefined
  /** Throws `E_ENGINE_START` where there is no such database. */
  connect(database: string, options?: { readonly signal?: AbortSignal }): Promise<Session>
  /** Of a server of somebody else's: a name that may be another's there is never asked for. */
  readonly foreign?: { hasDatabase(name: string): boolean }
  /** For what the server could not make as the dump says. A server that is not ours refuses. */
  createDatabase(name: string, options?: { readonly encoding?: string }): Promise<void>
}
