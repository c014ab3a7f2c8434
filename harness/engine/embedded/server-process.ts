import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile, readlink } from 'node:fs/promises'
import { isMainThread } from 'node:worker_threads'
import { Fault } from '../../core/index.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { bareEnvironment } from './run-program.ts'

/** The spawned process and how it ended. Its children are the server. */
export interface ServerProcess {
  readonly plan: LaunchPlan
  readonly launcherPid: number
  /** Resolves when the launcher has ended, never rejects. */
  readonly ended: Promise<string>
  hasEnded(): boolean
  /** Keeps our process running until the server has ended, or no longer does. */
  hold(held: boolean): void
}

export async function spawnServer(
  plan: LaunchPlan,
  server: readonly string[],
  options: { readonly cwd: string; readonly log: string; readonly detached: boolean },
): Promise<ServerProcess> {
  if (!isMainThread) {
    throw new Fault('E_ENGINE_START', 'a disposable server can only be started from the main thread', {
      hint: 'the kernel ends it with the thread that started it; start it from the main thread or a process',
    })
  }
  const [file = '', ...args] = [...plan.command, ...server]
  const log = await open(options.log, 'a', 0o600)
  try {
    const child = spawn(file, args, {
      ...plan.ids,
      cwd: options.cwd,
      env: bareEnvironment,
      detached: options.detached,
      stdio: ['ignore', log.fd, log.fd],
    })
    return observe(child, plan, options.detached)
  } finally {
    await log.close()
  }
}

function observe(child: ChildProcess, plan: LaunchPlan, detached: boolean): ServerProcess {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  let over = false
  const end = (how: string): void => {
    over = true
    resolve(how)
  }
  child.once('error', (error) => end(error.message))
  child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `code ${code}`))
  // Whoever holds the server disposes it; a forgotten one must not keep our process from ending, which ends it.
  child.unref()
  const watcher = plan.confinement === 'plain' && !detached ? watch(child.pid ?? 0) : null
  void ended.then(() => watcher?.stdin?.end('over\n'))
  return {
    plan,
    launcherPid: child.pid ?? 0,
    ended,
    hasEnded: () => over,
    hold: (held) => (held ? child.ref() : child.unref()),
  }
}

/**
 * Where the kernel has no death signal (macOS): a shell that reads from us until we are gone, whatever ended us, and
 * then ends the server. When the server ends first, its pid is not signalled: the pipe is closed by us, with a word.
 */
function watch(pid: number): ChildProcess {
  const script = `read -r word; [ "$word" = over ] || { kill -QUIT "$1"; sleep 2; kill -KILL "$1"; } 2>/dev/null`
  const watcher = spawn('/bin/sh', ['-c', script, 'watch', String(pid)], {
    env: bareEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.unref()
  const pipe = watcher.stdin
  if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  return watcher
}

/** The server's own pid as we see it; null when it isn't there (yet). */
export async function findServerPid(server: ServerProcess): Promise<number | null> {
  if (!server.plan.forks) return server.launcherPid
  try {
    const path = `/proc/${server.launcherPid}/task/${server.launcherPid}/children`
    const first = (await readFile(path, 'latin1')).trim().split(' ')[0]
    return first ? Number(first) : null
  } catch {
    return null
  }
}

/** Whether the process has a network of its own without any way out: read from the kernel, never assumed. */
export async function hasNoNetwork(pid: number): Promise<boolean> {
  try {
    const [theirs, ours] = await Promise.all([readlink(`/proc/${pid}/ns/net`), readlink('/proc/self/ns/net')])
    const interfaces = (await readFile(`/proc/${pid}/net/dev`, 'latin1')).trim().split('\n').slice(2)
    return theirs !== ours && interfaces.every((line) => line.trim().startsWith('lo:'))
  } catch {
    return false
  }
}
