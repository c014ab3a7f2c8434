import { readdirSync, readFileSync } from 'node:fs'

export interface SeenProcess {
  readonly pid: number
  /** From /proc/<pid>/stat: tells a process from a later one of the same pid. */
  readonly startTime: string
  readonly command: string
  readonly environment: string
}

/** All that a process has started and that still runs, and what they started. Linux. */
export function descendantsOf(pid: number): SeenProcess[] {
  return childrenOf(pid).flatMap((child) => {
    const seen = look(child)
    return seen ? [seen, ...descendantsOf(child)] : []
  })
}

export function isRunning({ pid, startTime }: SeenProcess): boolean {
  const stat = readStat(pid)
  return stat !== null && stat.startTime === startTime && stat.state !== 'Z'
}

export function look(pid: number): SeenProcess | null {
  const stat = readStat(pid)
  if (stat === null) return null
  const { startTime } = stat
  return { pid, startTime, command: read(pid, 'cmdline'), environment: read(pid, 'environ') }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number),
    )
  } catch (error) {
    return gone(error, [])
  }
}

function readStat(pid: number): { readonly state: string; readonly startTime: string } | null {
  try {
    // The name in parentheses may hold anything.
    const [state = '', ...rest] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { state, startTime: rest[18] ?? '' }
  } catch (error) {
    return gone(error, null)
  }
}

function read(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ').trim()
  } catch (error) {
    return gone(error, '')
  }
}

/** It ended between two looks: no fault. Another user's environment may be closed to us: nothing to see. */
function gone<Nothing>(error: unknown, nothing: Nothing): Nothing {
  if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code)))
    return nothing
  throw error
}
