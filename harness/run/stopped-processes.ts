import { readdir, readFile } from 'node:fs/promises'

export interface StoppedProcess {
  readonly pid: number
  /** From its start: tells it from a later one of the same pid. */
  readonly startTime: string
  readonly name: string
}

/** What we started and that stands still, by SIGSTOP or a debugger. Nothing where there is no /proc. */
export async function stoppedProcesses(of: number = process.pid): Promise<readonly StoppedProcess[]> {
  const found: StoppedProcess[] = []
  for (const pid of await childrenOf(of)) {
    const stat = await read(`/proc/${pid}/stat`)
    // The name in parentheses may hold anything.
    const [, name = '', rest = ''] = /\((.*)\) (.*)$/s.exec(stat) ?? []
    const fields = rest.split(' ')
    if (fields[0] === 'T' || fields[0] === 't') found.push({ pid, startTime: fields[19] ?? '', name })
    found.push(...(await stoppedProcesses(pid)))
  }
  return found
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(threads.map(async (thread) => read(`/proc/${pid}/task/${thread}/children`)))
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}

/** Empty when the process has ended meanwhile. */
async function read(path: string): Promise<string> {
  return readFile(path, 'latin1').then(
    (text) => text.trim(),
    () => '',
  )
}
