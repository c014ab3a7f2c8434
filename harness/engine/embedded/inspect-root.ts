import { readFile, readlink, stat } from 'node:fs/promises'
import type { OwnRoot } from './own-root.ts'

/**
 * Whether the process sees its own root and nothing else of this machine: read from the kernel, never assumed. False
 * where there is anything mounted that was not laid out for it, or anything writable that was not meant to be.
 */
export async function hasOwnRoot(pid: number, root: OwnRoot): Promise<boolean> {
  try {
    const [theirs, ours] = await Promise.all([readlink(`/proc/${pid}/ns/mnt`), readlink('/proc/self/ns/mnt')])
    const [seen, machine, laid] = await Promise.all([stat(`/proc/${pid}/root/`), stat('/'), stat(root.path)])
    const isLaid = seen.dev === laid.dev && seen.ino === laid.ino
    const isMachine = seen.dev === machine.dev && seen.ino === machine.ino
    if (theirs === ours || isMachine || !isLaid) return false
    const mounts = readMounts(await readFile(`/proc/${pid}/mountinfo`, 'utf8'))
    return mounts.length > 0 && mounts.every((mount) => isMeant(mount, root))
  } catch {
    return false
  }
}

interface SeenMount {
  readonly target: string
  readonly options: ReadonlySet<string>
}

/** By proc_pid_mountinfo(5): the fifth field is where it is mounted, the sixth how. Exported for its test. */
export function readMounts(text: string): readonly SeenMount[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, , , , target = '', options = '']) => ({
      target: target.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
      options: new Set(options.split(',')),
    }))
}

/** With every restriction that was asked for; `bind` is how it was mounted, not how it is. */
function isMeant({ target, options }: SeenMount, { mounts }: OwnRoot): boolean {
  const meant = mounts.get(target)
  return meant !== undefined && meant.options.every((option) => option === 'bind' || options.has(option))
}
