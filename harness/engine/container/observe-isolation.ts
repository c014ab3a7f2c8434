import type { ContainerInspectInfo } from './runtime.ts'
import { formatBytes } from '../../core/index.ts'
import { connect, type ServerAddress } from '../../postgres/index.ts'
import type { Isolation } from '../types.ts'
import type { RunningContainer } from './running-container.ts'

type HostConfig = ContainerInspectInfo['HostConfig']

/** What the daemon says of the running container and what is seen from inside it, not what was asked for. */
export async function observeIsolation(
  { docker, id, watchdog, address }: RunningContainer,
  dataFolder: string,
): Promise<Isolation> {
  const { NetworkSettings, HostConfig } = await docker.getContainer(id).inspect()
  const network = networkOf(Object.keys(NetworkSettings.Networks), NetworkSettings.Ports['5432/tcp'] ?? [])
  const inMemory = HostConfig.Tmpfs?.[dataFolder] !== undefined
  return {
    network,
    files: 'own root',
    ownUser: true,
    diesWithParent: watchdog !== null,
    notes: [
      networkNotes[network],
      'in a container; a watchdog process removes it when the harness is killed',
      describeRights(await readStatus(address)),
      HostConfig.ReadonlyRootfs ? 'its root file system is read-only' : 'its root file system is its own, and writable',
      describeLimits(HostConfig),
      inMemory ? 'data in memory (tmpfs)' : 'data on the disk of the container host',
    ],
  }
}

/** Of the first process inside; every other one has at most its rights. Empty where it can't be read. */
async function readStatus(address: ServerAddress): Promise<string> {
  await using session = await connect(address, 'postgres', { applicationName: 'rehearse start' })
  const [row] = await session.query("SELECT pg_catalog.pg_read_file('/proc/1/status', 0, 8192) AS status")
  return row?.['status'] ?? ''
}

/** Linux's numbers, of those that a container may be left: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const capabilities = ['chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid']

/** Exported for its test. */
export function describeRights(status: string): string {
  const field = (name: string): string | null => new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(status)?.[1] ?? null
  const held = field('CapEff')
  if (held === null) return 'rights inside: not seen'
  return [
    `seen inside: capabilities ${listCapabilities(held)}, at most ${listCapabilities(field('CapBnd') ?? 'f')}`,
    field('NoNewPrivs') === '1' ? 'no new privileges' : 'new privileges can be gained',
    field('Seccomp') === '2' ? 'system calls filtered' : 'system calls not filtered',
  ].join('; ')
}

function listCapabilities(hex: string): string {
  const bits = BigInt(`0x${hex}`)
  const numbers = Array.from({ length: 64 }, (_, at) => at).filter((at) => ((bits >> BigInt(at)) & 1n) === 1n)
  return numbers.length === 0 ? 'none' : numbers.map((at) => capabilities[at] ?? String(at)).join(' ')
}

function describeLimits({ Memory = 0, PidsLimit, CpuShares = 0, ShmSize = 0, LogConfig }: HostConfig): string {
  const log = LogConfig?.Config?.['max-size']
  return [
    Memory > 0 ? `at most ${formatBytes(Memory)} of memory` : 'memory without a limit',
    `${formatBytes(ShmSize)} of it shared`,
    PidsLimit ? `${PidsLimit} processes` : 'processes without a limit',
    CpuShares > 0 ? `${CpuShares} of 1024 CPU shares` : 'CPU as others',
    log === undefined ? 'a log without a limit' : `two logs of ${formatBytes(Number(log))}`,
  ].join(', ')
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
