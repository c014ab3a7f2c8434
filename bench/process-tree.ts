import { readFileSync, readdirSync } from 'node:fs'

/** CPU time of a process and of those below it, from Linux' /proc (proc(5)). */
export interface ProcessNode {
  readonly pid: number
  readonly name: string
  /** All its threads, user and system. */
  readonly ownMs: number
  /** Its children that have ended and were waited for, with all below them. */
  readonly endedMs: number
  readonly children: readonly ProcessNode[]
}

/** USER_HZ, which the kernel fixes at 100 for what it shows to programs. */
const msPerTick = 10

/** Null once the process is gone, or where there is no /proc. */
export function readProcessTree(pid: number): ProcessNode | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const nameEnd = stat.lastIndexOf(')')
    const fields = stat.slice(nameEnd + 2).split(' ')
    const ticks = (first: number): number => (Number(fields[first]) + Number(fields[first + 1])) * msPerTick
    const children = readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' '))
      .filter((text) => text !== '')
      .flatMap((text) => readProcessTree(Number(text)) ?? [])
    return { pid, name: stat.slice(stat.indexOf('(') + 1, nameEnd), ownMs: ticks(11), endedMs: ticks(13), children }
  } catch {
    // A process ends whenever it likes, also between two of these reads.
    return null
  }
}

export function totalMs(node: ProcessNode | null): number {
  return node === null ? 0 : node.children.reduce((sum, child) => sum + totalMs(child), node.ownMs + node.endedMs)
}

/** CPU time of the Postgres servers below a process. A server adds up those of its backends that have ended. */
export function serverMs(node: ProcessNode): number {
  return node.name === 'postgres' ? totalMs(node) : node.children.reduce((sum, child) => sum + serverMs(child), 0)
}

/** The most memory a process ever held, bytes; 0 where the kernel doesn't say. */
export function peakBytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return Number(kilobytes) * 1024
  } catch {
    // Gone between two looks.
    return 0
  }
}
