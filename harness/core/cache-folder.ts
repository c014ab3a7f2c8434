import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where binaries, template clusters and our own compiled code are kept between runs. */
export function defaultCacheFolder(): string {
  const named = process.env['REHEARSAL_CACHE']
  if (named) return resolve(named)
  const shared = process.env['XDG_CACHE_HOME']
  if (shared) return resolve(shared, 'rehearsal')
  // The server runs under a uid of its own then, which can't look into root's home.
  return isRoot() ? '/var/cache/rehearsal' : join(homedir(), '.cache', 'rehearsal')
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
