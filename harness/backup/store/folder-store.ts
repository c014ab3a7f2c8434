import { createReadStream } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { forceToDisk } from '../../core/index.ts'
import { changed, missing, storeFault } from './store-faults.ts'
import type { FilePart, LocalFile, Store, StoredFile } from './types.ts'

/** Another folder: a mounted disk, a share. */
export class FolderStore implements Store {
  readonly name: string
  readonly lanes = 2
  readonly #root: string

  constructor(path: string) {
    this.#root = resolve(path)
    this.name = this.#root
  }

  async list(prefix: string): Promise<readonly StoredFile[]> {
    const files: StoredFile[] = []
    const visit = async (folder: string): Promise<void> => {
      for (const entry of await this.#entries(join(this.#root, folder))) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory()) await visit(path)
        else if (entry.isFile() && !entry.name.endsWith('.tmp')) {
          files.push({ path, bytes: (await stat(join(this.#root, path))).size })
        }
      }
    }
    await visit(prefix.replace(/\/$/, ''))
    return files
  }

  async *read(path: string, _signal?: AbortSignal, part?: FilePart): AsyncGenerator<Buffer> {
    if (part && (await this.versionOf(path)) !== part.version) throw changed(this.name, path)
    try {
      const stream = createReadStream(join(this.#root, path), { start: part?.from ?? 0 })
      for await (const chunk of stream) yield chunk as Buffer
    } catch (cause) {
      throw this.#unread(path, cause)
    }
  }

  async versionOf(path: string): Promise<string> {
    try {
      const { size, mtimeMs, ino } = await stat(join(this.#root, path))
      return `${size} ${mtimeMs} ${ino}`
    } catch (cause) {
      throw this.#unread(path, cause)
    }
  }

  async write(path: string, file: LocalFile, _signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<void> {
    await this.#place(path, (temporary) => copyFile(file.path, temporary), rename)
    onBytes?.(file.bytes)
  }

  async create(path: string, content: Buffer): Promise<boolean> {
    const write = async (temporary: string) => {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(content)
      } finally {
        await file.close()
      }
    }
    // A link is refused where a name is taken; a rename is not.
    let isFree = true
    await this.#place(path, write, async (from, to) => {
      await link(from, to).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        isFree = false
      })
      await rm(from)
    })
    return isFree
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.#root, path), { force: true })
  }

  async removeSame(path: string, content: Buffer): Promise<boolean> {
    const found: Buffer[] = []
    for await (const chunk of this.read(path)) found.push(chunk)
    if (!Buffer.concat(found).equals(content)) return false
    await this.remove(path)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #place(
    path: string,
    write: (temporary: string) => Promise<void>,
    settle: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    const target = join(this.#root, path)
    const temporary = join(dirname(target), `.${randomUUID()}.tmp`)
    try {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await write(temporary)
      await chmod(temporary, 0o600)
      await forceToDisk(temporary)
      await settle(temporary, target)
      await forceToDisk(dirname(target))
    } catch (cause) {
      await rm(temporary, { force: true })
      throw this.#failed(path, cause)
    }
  }

  #unread(path: string, cause: unknown) {
    const isGone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    return isGone ? missing(path, cause) : this.#failed(path, cause)
  }

  #failed(path: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    return storeFault('E_STORE_FAILED', `${this.name}: ${path}: ${code}`, { again: false, cause })
  }

  async #entries(folder: string) {
    return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw this.#failed(folder, error)
    })
  }
}
