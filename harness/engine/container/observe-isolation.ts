import type { Isolation } from '../types.ts'
import type { RunningContainer } from './container-server.ts'

/** What the daemon says of the running container, not what was asked for. */
export async function observeIsolation({ docker, id, watchdog }: RunningContainer): Promise<Isolation> {
  const { NetworkSettings, HostConfig } = await docker.getContainer(id).inspect()
  const network = networkOf(Object.keys(NetworkSettings.Networks), NetworkSettings.Ports['5432/tcp'] ?? [])
  const inMemory = Object.keys(HostConfig.Tmpfs ?? {}).length > 0
  return {
    network,
    ownUser: true,
    diesWithParent: watchdog !== null,
    notes: [
      networkNotes[network],
      'in a container without capabilities to spare; a watchdog process removes it when the harness is killed',
      inMemory ? 'data in memory (tmpfs)' : 'data on the disk of the container host',
    ],
  }
}

const networkNotes: Readonly<Record<Isolation['network'], string>> = {
  none: 'no network: listens on a Unix socket in a folder closed to other users',
  loopback: 'published on 127.0.0.1 only; code in the dump could reach other hosts through the container network',
  host: 'published on every address of the container host; code in the dump could reach other hosts',
}

/** Exported for its test. */
export function networkOf(
  networks: readonly string[],
  published: readonly { readonly HostIp: string }[],
): Isolation['network'] {
  if (networks.every((name) => name === 'none') && published.length === 0) return 'none'
  const isLoopback = published.length > 0 && published.every(({ HostIp }) => HostIp === '127.0.0.1' || HostIp === '::1')
  return isLoopback ? 'loopback' : 'host'
}
