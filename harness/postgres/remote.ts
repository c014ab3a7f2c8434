import { Fault, Secret } from '../core/index.ts'
import { placeOf } from './target.ts'

/** Set when connecting, and read back: whatever drops it gives each transaction to another session. */
export const remoteProbe = 'rehearse.session'

const shape = /^(postgres(?:ql)?:\/\/)([^/?#]*)(?:\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/i

/**
 * The same server, another database. Host and port are written out: what a URL leaves open, the environment (PGHOST,
 * PGPORT) would fill in, with another server than the one that was named. Throws `E_USAGE` where it names no host.
 */
export function remoteUrl(url: Secret, database: string): Secret {
  const { port } = placeOf(url)
  const [, scheme = '', authority = '', query = ''] = shape.exec(url.reveal()) ?? []
  const words = new URLSearchParams(query)
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '')
  if (host === '' && !words.get('host')) {
    throw new Fault('E_USAGE', `${url.source} names no host`, {
      hint: 'write the host out: postgresql://user@host:5432/database; PGHOST is not asked which server is meant',
    })
  }
  words.delete('dbname')
  words.delete('database')
  words.set('port', String(port))
  // As it was written: URLSearchParams would encode the slashes of a socket folder, which does no harm.
  return new Secret(`${scheme}${authority}/${encodeURIComponent(database)}?${words.toString()}`, url.source)
}
