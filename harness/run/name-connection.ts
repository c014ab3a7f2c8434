import { resolveConnection } from '../config/index.ts'
import { Fault, Secret } from '../core/index.ts'

/**
 * The connection behind `env:NAME`, or a URL that is typed and has no password in it: that would stand in the shell's
 * history and in every process list. `example` says how to name one instead.
 */
export function nameConnection(
  typed: string,
  environment: Readonly<Record<string, string | undefined>>,
  example: string,
): Secret {
  if (!isConnectionUrl(typed)) return resolveConnection(typed, environment)
  if (/^\w+:\/\/[^/?#]*:[^/?#]*@|[?&](?:password|sslpassword)=/i.test(typed)) {
    throw new Fault('E_SECRET_IN_ARGUMENT', 'the connection is written out with its password', {
      hint: `put it into an environment variable and name that: ${example}; or leave the password to PGPASSWORD`,
    })
  }
  return new Secret(typed, typed)
}

export function isConnectionUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text)
}
