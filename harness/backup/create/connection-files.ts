import { writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Fault, type Secret } from '../../core/index.ts'

/** What a client finds in its environment to connect: names of files, nothing secret. */
export interface ConnectionFiles {
  /** For `--dbname`. */
  readonly connection: string
  readonly environment: Readonly<Record<string, string>>
  /** Files and folders that it leads to: the service file, the password's, a socket's folder, certificates. */
  readonly files: readonly string[]
  /** By a socket of this machine. */
  readonly isLocal: boolean
}

/** Options of a URL that libpq knows, and may decide where a connection leads or how it is protected. */
const known: ReadonlySet<string> = new Set([
  'host',
  'hostaddr',
  'port',
  'user',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslcrl',
  'sslsni',
  'sslnegotiation',
  'channel_binding',
  'gssencmode',
  'krbsrvname',
  'connect_timeout',
  'keepalives',
  'keepalives_idle',
  'target_session_attrs',
  'options',
])

/**
 * Lays a connection down for pg_dump in a folder that only we may enter: a service file with where it leads, a password
 * file with its password. So it stands in no argument and in no environment. The folder's owner removes both.
 */
export async function writeConnectionFiles(
  url: Secret,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  session: { readonly role: string; readonly database: string },
): Promise<ConnectionFiles> {
  const { words, password } = readUrl(url)
  // What the URL leaves out comes from our own session, so that both are in the same place.
  const left = { host: environment['PGHOST'] ?? 'localhost', user: session.role, dbname: session.database }
  for (const [name, value] of Object.entries(left)) if (!words.has(name)) words.set(name, value)
  const secret = password ?? environment['PGPASSWORD'] ?? null
  const service = join(folder, 'service')
  const passwords = join(folder, 'passwords')
  const lines = [...words].map(([name, value]) => `${name}=${inOneLine(value, url)}\n`)
  await writeFile(service, `[rehearse]\n${lines.join('')}`, { mode: 0o600, flag: 'wx' })
  if (secret !== null) {
    const escaped = inOneLine(secret, url).replace(/[\\:]/g, '\\$&')
    await writeFile(passwords, `*:*:*:*:${escaped}\n`, { mode: 0o600, flag: 'wx' })
  }
  const home = environment['HOME']
  const host = words.get('host') ?? ''
  const named = environment['PGPASSFILE'] ?? null
  const certificates = ['sslrootcert', 'sslcert', 'sslkey', 'sslcrl'].flatMap((name) => words.get(name) ?? [])
  return {
    files: [
      service,
      secret === null ? (named ?? join(home ?? '/', '.pgpass')) : passwords,
      join(home ?? '/', '.postgresql'),
      ...[host, ...certificates].filter((path) => isAbsolute(path)),
    ],
    isLocal: isAbsolute(host),
    connection: 'service=rehearse',
    environment: {
      PGSERVICEFILE: service,
      ...(secret === null ? (named === null ? {} : { PGPASSFILE: named }) : { PGPASSFILE: passwords }),
      // Where libpq looks for certificates.
      ...(home === undefined ? {} : { HOME: home }),
      PGAPPNAME: 'rehearse backup',
    },
  }
}

interface ReadUrl {
  readonly words: Map<string, string>
  readonly password: string | null
}

function readUrl(url: Secret): ReadUrl {
  let read: URL
  let isHostless = false
  try {
    // A URL without a host (`@/db?host=/socket/folder`) is one to libpq and none to URL.
    const text = url.reveal().replace(/^(\w+:\/\/(?:[^/?]*@)?)(?=[/?])/, (start) => {
      isHostless = true
      return `${start}localhost`
    })
    read = new URL(text)
  } catch {
    throw new Fault('E_USAGE', `${url.source} is not a connection URL`, {
      hint: 'set it to postgresql://user:password@host:5432/database',
    })
  }
  const words = new Map<string, string>()
  const put = (name: string, value: string): void => void (value === '' || words.set(name, value))
  if (!isHostless) put('host', decodeURIComponent(read.hostname).replace(/^\[(.*)\]$/, '$1'))
  put('port', read.port)
  put('user', decodeURIComponent(read.username))
  put('dbname', decodeURIComponent(read.pathname.slice(1)))
  for (const [name, value] of read.searchParams) if (known.has(name)) put(name, value)
  // The words of other clients for what libpq calls `require`.
  const mode = read.searchParams.get('sslmode')
  if (mode === 'no-verify' || (mode === null && /^(?:true|1)$/.test(read.searchParams.get('ssl') ?? ''))) {
    words.set('sslmode', 'require')
  }
  const password = read.password === '' ? read.searchParams.get('password') : decodeURIComponent(read.password)
  return { words, password }
}

function inOneLine(value: string, url: Secret): string {
  if (!/[\r\n\0]/.test(value)) return value
  throw new Fault('E_USAGE', `${url.source} has a line break in it`, { hint: 'correct the connection URL' })
}
