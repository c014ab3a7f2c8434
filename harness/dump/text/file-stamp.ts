import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unreadable } from '../plain-source.ts'
import { changed } from './random-text.ts'

/** What tells that the files of a dump are still the same: inode, size and time of the last change, to the nanosecond. */
export class FileStamp {
  readonly #path: string
  readonly #marks: ReadonlyMap<string, string>

  private constructor(path: string, marks: ReadonlyMap<string, string>) {
    this.#path = path
    this.#marks = marks
  }

  /** To be taken before the first reading begins. */
  static async of(path: string): Promise<FileStamp> {
    return new FileStamp(
      path,
      await marksOf(path).catch((cause: unknown) => {
        throw unreadable(path, cause)
      }),
    )
  }

  /** Throws `E_DUMP_CHANGED`. It does not see a write that put the old time back. */
  async requireUnchanged(): Promise<void> {
    const now = await marksOf(this.#path).catch((cause: unknown) => {
      throw changed(`${this.#path} can no longer be read`, cause)
    })
    const names = new Set([...this.#marks.keys(), ...now.keys()])
    const other = [...names].sort().find((name) => this.#marks.get(name) !== now.get(name))
    if (other !== undefined) throw changed(`${join(this.#path, other)} changed while it was being restored`)
  }
}

/** By name within a folder; '' is the path itself. */
async function marksOf(path: string): Promise<ReadonlyMap<string, string>> {
  const found = await stat(path, { bigint: true })
  const marks = new Map([['', markOf(found)]])
  if (!found.isDirectory()) return marks
  for (const name of await readdir(path)) {
    const part = await stat(join(path, name), { bigint: true })
    // What lies in folders within is no part of a dump.
    if (!part.isDirectory()) marks.set(name, markOf(part))
  }
  return marks
}

function markOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`
}
