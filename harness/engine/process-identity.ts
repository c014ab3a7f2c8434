import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * A process, told apart from any later one that got the same pid: by its start time and by the boot it belongs to.
 * `host` and `pidNamespace` say from where the pid was read: elsewhere the number means nothing.
 */
export interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat; elsewhere what `ps` says. */
  readonly startTime: string
  readonly bootId: string
  readonly host: string
  readonly pidNamespace: string
}

/** The identity of a running process, or null when there is none by that pid (a zombie counts as none). */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const startTime = await readStartTime(pid)
  if (startTime === null) return null
  return {
    pid,
    startTime,
    bootId: (await readIfThere('/proc/sys/kernel/random/boot_id'))?.trim() ?? 'unknown',
    host: hostname(),
    pidNamespace: await readPidNamespace(),
  }
}

/** `unknown`: the pid was read on another machine or in another container, and cannot be judged from here. */
export async function livenessOf(
  recorded: ProcessIdentity,
  observe: (pid: number) => Promise<ProcessIdentity | null> = identifyProcess,
): Promise<'alive' | 'dead' | 'unknown'> {
  const here = await observe(process.pid)
  if (here === null || here.host !== recorded.host) return 'unknown'
  if (here.bootId !== recorded.bootId) return 'dead'
  if (here.pidNamespace !== recorded.pidNamespace) return 'unknown'
  const now = await observe(recorded.pid)
  return now !== null && now.startTime === recorded.startTime ? 'alive' : 'dead'
}

async function readStartTime(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return readStartTimeByPs(pid)
  const stat = await readIfThere(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The command's name is in parentheses and may itself hold parentheses and spaces: fields count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  return state === 'Z' || state === 'X' ? null : (fields[19] ?? null)
}

async function readStartTimeByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    })
    const line = stdout.trim()
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '')
  } catch {
    // `ps` ends with 1 when there is no such process.
    return null
  }
}

async function readPidNamespace(): Promise<string> {
  try {
    return await readlink('/proc/self/ns/pid')
  } catch {
    return 'none'
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return null
  }
}
