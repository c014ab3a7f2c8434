import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Docker } from './runtime.ts'

/** A process that removes the container when ours ends without having said that all is over. */
export interface Watchdog {
  readonly pid: number
  /** The container is gone, or is to stay: the watchdog ends and does nothing. */
  over(): void
}

/** testcontainers' own guard is a container too, whose image must be pulled and which acts only after ten seconds. */
export function startWatchdog(docker: Docker, container: string): Watchdog {
  const child = spawn(process.execPath, [fileURLToPath(new URL('watchdog.mjs', import.meta.url))], {
    env: {},
    // A session of its own: Ctrl-C in our terminal is not for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const { stdin } = child
  // It may be gone before we are; what it would have done, the next sweep does.
  stdin.on('error', () => {})
  child.on('error', () => {})
  // Through the pipe and not as arguments: the connection may hold a client key.
  stdin.write(`${JSON.stringify({ connection: connectionOf(docker), container })}\n`)
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return { pid: child.pid ?? 0, over: () => void stdin.end('over\n') }
}

/** How the daemon is reached, as options of node's http(s) client. */
function connectionOf(docker: Docker): Record<string, unknown> {
  const modem = docker.modem as unknown as Readonly<Record<string, unknown>>
  const { socketPath, protocol, host, port, ca, cert, key } = modem
  if (typeof socketPath === 'string') return { socketPath }
  return { protocol, host, port, ca: text(ca), cert: text(cert), key: text(key) }
}

function text(value: unknown): string | undefined {
  return Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'string' ? value : undefined
}
