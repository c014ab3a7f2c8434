import { Fault } from '../../core/index.ts'
import { resolveConnection } from '../../config/index.ts'
import { FolderStore } from './folder-store.ts'
import { S3Store } from './s3-store.ts'
import type { Store } from './types.ts'

export interface OpenStoreOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly idleMs?: number | undefined
  readonly partBytes?: number | undefined
}

/**
 * A place by its name: a folder, `s3://bucket/prefix?endpoint=…&region=…`, or `sftp://user@host/path?hostkey=SHA256:…`.
 * Credentials come from variables that it names (`key=env:NAME`), never from the name itself.
 */
export async function openStore(place: string, options: OpenStoreOptions): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase()
  if (scheme === undefined) return new FolderStore(place)
  const url = URL.parse(place)
  if (url === null) throw refused('the place is no URL')
  if (url.password !== '') {
    throw new Fault('E_SECRET_IN_ARGUMENT', 'a password is written out in the name of the place', {
      hint: 'put it into a variable and name that; change it if this was logged',
    })
  }
  if (scheme === 's3') return openS3(url, options)
  if (scheme === 'sftp') {
    const { openSftp } = await import('./open-sftp.ts')
    return openSftp(url, options)
  }
  throw refused(`${scheme}:// is no place that is known`)
}

async function openS3(url: URL, { environment, ...options }: OpenStoreOptions): Promise<Store> {
  const words = readWords(url, ['endpoint', 'region', 'key', 'secret', 'token'])
  const endpoint = words['endpoint'] ?? null
  if (endpoint !== null) requireSafe(endpoint)
  const bucket = url.hostname
  if (bucket === '' || url.username !== '') throw refused('write it as s3://bucket/prefix')
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  const secretOf = (word: string, usual: string) => resolveConnection(words[word] ?? `env:${usual}`, environment)
  const token = words['token'] ?? (environment['AWS_SESSION_TOKEN'] ? 'env:AWS_SESSION_TOKEN' : null)
  return S3Store.open({
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: words['region'] ?? environment['AWS_REGION'] ?? 'us-east-1',
    endpoint,
    keyId: secretOf('key', 'AWS_ACCESS_KEY_ID'),
    secret: secretOf('secret', 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: token === null ? null : resolveConnection(token, environment),
    idleMs: options.idleMs ?? 60_000,
    partBytes: options.partBytes ?? 16 << 20,
  })
}

/** The words behind the question mark; one that is not known is a slip. */
export function readWords(url: URL, known: readonly string[]): Readonly<Record<string, string>> {
  const words = Object.fromEntries(url.searchParams)
  const unknown = Object.keys(words).find((word) => !known.includes(word))
  if (unknown !== undefined) throw refused(`"${unknown}" is no option of such a place; there are ${known.join(', ')}`)
  return words
}

/** Backups go over TLS, but for tests on this machine. */
function requireSafe(endpoint: string): void {
  const url = URL.parse(endpoint)
  const isLocal = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost' || url?.hostname === '[::1]'
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return
  throw refused('the endpoint has to begin with https://')
}

export function refused(message: string): Fault {
  return new Fault('E_STORE_REFUSED', message, {
    hint: 'a folder, s3://bucket/prefix?endpoint=…&region=…, or sftp://user@host/path?hostkey=SHA256:…',
  })
}
