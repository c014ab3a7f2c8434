import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import type { ContainerRuntimeClient } from 'testcontainers'
import { Fault, scrubLine } from '../../core/index.ts'

/** What testcontainers speaks to. Loaded when first needed: it is large. */
export type Runtime = ContainerRuntimeClient
export type Docker = Runtime['container']['dockerode']
export type ContainerInspectInfo = Awaited<ReturnType<ReturnType<Docker['getContainer']>['inspect']>>

/** A container runtime that answers, or why none does and what to do. */
export type RuntimeProbe =
  | { readonly kind: 'ready'; readonly runtime: Runtime }
  | { readonly kind: 'unavailable'; readonly why: string; readonly remedy: string }

/** A daemon that is there answers a ping at once. */
const patienceMs = 3_000

export async function probeRuntime(): Promise<RuntimeProbe> {
  const socket = daemonSocket()
  const problem = socket === null ? null : await socketProblem(socket)
  if (problem !== null) return { kind: 'unavailable', ...problem }
  try {
    const { getContainerRuntimeClient } = await import('testcontainers')
    return { kind: 'ready', runtime: await getContainerRuntimeClient() }
  } catch (error) {
    return {
      kind: 'unavailable',
      why: `no container runtime answers (${scrubLine(error instanceof Error ? error.message : String(error), 120)})`,
      remedy:
        namedHost() === null ? 'start Docker (or Podman with DOCKER_HOST set to its socket) and run again' : amendHost,
    }
  }
}

export async function requireRuntime(): Promise<Runtime> {
  const probe = await probeRuntime()
  if (probe.kind === 'ready') return probe.runtime
  throw new Fault('E_ENGINE_UNAVAILABLE', `no container can be started: ${probe.why}`, { hint: probe.remedy })
}

const amendHost = 'DOCKER_HOST leads there: start what should answer, or correct it, or unset it'

function namedHost(): string | null {
  return process.env['DOCKER_HOST'] || null
}

/** The socket of a daemon on this machine; null when testcontainers is told of another place, or may find one. */
function daemonSocket(): string | null {
  const host = namedHost()
  if (host !== null) return host.startsWith('unix://') ? host.slice('unix://'.length) : null
  const usual = '/var/run/docker.sock'
  const user = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`
  const rootless = [`${user}/docker.sock`, `${process.env['HOME'] ?? ''}/.docker/run/docker.sock`]
  return process.platform !== 'win32' && !rootless.some((path) => existsSync(path)) ? usual : null
}

async function socketProblem(path: string): Promise<{ readonly why: string; readonly remedy: string } | null> {
  const code = await tryConnect(path)
  switch (code) {
    case null:
      return null
    case 'EACCES':
    case 'EPERM':
      return {
        why: `permission denied on ${path}`,
        remedy: 'add your user to the group that owns the socket (usually docker) and log in again',
      }
    case 'ENOENT':
      return {
        why: `no Docker daemon: ${path} is not there`,
        remedy: namedHost() === null ? 'install and start Docker, or set DOCKER_HOST' : amendHost,
      }
    default:
      return {
        why: `the Docker daemon does not answer on ${path} (${code})`,
        remedy: namedHost() === null ? 'start the Docker daemon' : amendHost,
      }
  }
}

async function tryConnect(path: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const socket = connect({ path, timeout: patienceMs })
  socket.once('connect', () => resolve(null))
  socket.once('timeout', () => resolve('ETIMEDOUT'))
  socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  try {
    return await promise
  } finally {
    socket.destroy()
  }
}
