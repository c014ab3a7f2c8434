import { createServer } from 'node:net'
import type { Runtime } from './runtime.ts'

/** Where a published port is bound on the daemon's machine (empty: everywhere), and the host that we find it at. */
export interface PublishedAddress {
  readonly bind: string
  readonly host: string
}

/** On the loopback address where the daemon's network is ours: the port of a superuser must not leave this machine. */
export async function findPublishedAddress(runtime: Runtime): Promise<PublishedAddress> {
  const { host } = runtime.info.containerRuntime
  const isHere = ['localhost', '127.0.0.1'].includes(host) || (await isOwnAddress(host))
  return isHere ? { bind: '127.0.0.1', host: '127.0.0.1' } : { bind: '', host }
}

/**
 * Whether we can bind it. A daemon beside us in a machine that was made from a container's file system is one:
 * testcontainers takes that machine for a container and names the bridge, which isn't listed before a container runs.
 * Exported for its test.
 */
export async function isOwnAddress(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port: 0, host: address, exclusive: true }, () => resolve(true))
  try {
    return await promise
  } finally {
    server.close()
  }
}
