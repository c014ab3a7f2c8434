import { resolveConnection } from '../../config/index.ts'
import { readKeyText } from '../protect/index.ts'
import { readWords, refused, type OpenStoreOptions } from './open-store.ts'
import { SftpStore } from './sftp-store.ts'
import type { Store } from './types.ts'

/** `sftp://user@host:22/path?hostkey=SHA256:…&key=env:NAME`: the host's key is pinned, never taken on first sight. */
export async function openSftp(url: URL, { environment, idleMs }: OpenStoreOptions): Promise<Store> {
  const words = readWords(url, ['hostkey', 'key', 'password'])
  const { hostname: host } = url
  const username = decodeURIComponent(url.username)
  if (host === '' || username === '') throw refused('write it as sftp://user@host/path')
  // In a URL's query a plus may stand for a blank.
  const hostKey = words['hostkey']?.replaceAll(' ', '+')
  if (hostKey === undefined || !/^SHA256:[A-Za-z0-9+/]{43}$/.test(hostKey)) {
    throw refused("the host's key is not pinned: hostkey=SHA256:…, as ssh-keyscan | ssh-keygen -lf - prints it")
  }
  const { key, password } = words
  if ((key === undefined) === (password === undefined)) throw refused('name either key=env:NAME or password=env:NAME')
  return SftpStore.open({
    host,
    port: url.port === '' ? 22 : Number(url.port),
    username,
    root: decodeURIComponent(url.pathname).replace(/\/+$/, '') || '/',
    hostKey,
    privateKey: key === undefined ? null : await readKeyText(key, environment),
    password: password === undefined ? null : resolveConnection(password, environment),
    idleMs: idleMs ?? 60_000,
  })
}
