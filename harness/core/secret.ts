import { inspect } from 'node:util'

/**
 * A value that prints as `***` wherever it lands: string templates, JSON, `console.log`, error messages.
 * Only `postgres/` and `supabase/` call {@link Secret.reveal}, at the moment of connecting, and `run/`, to hand it through
 * a pipe to the specs' process, which connects; and `migration/`, for the environment of the command that it runs;
 * `backup/`, to post to the webhook that it is the address of, and for the file that pg_dump reads a password from.
 */
export class Secret {
  readonly #value: string
  /** Where the value came from, e.g. `env:DATABASE_URL`: this may be printed. */
  readonly source: string

  constructor(value: string, source: string) {
    this.#value = value
    this.source = source
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return `Secret(${this.source})`
  }
}
