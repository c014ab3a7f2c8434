import { randomUUID } from 'node:crypto'
import { posix } from 'node:path'
import { SftpSession, type Sftp, type SftpPlace } from './sftp-session.ts'
import { changed, missing, storeFault } from './store-faults.ts'
import type { FilePart, LocalFile, Store, StoredFile } from './types.ts'

/* What OpenSSH gives at a time at most: one such request is under way at a time, so that small ones wait for the line. */
const askedBytes = 256 << 10

/** A folder of another machine, by SSH. */
export class SftpStore implements Store {
  readonly name: string
  readonly lanes = 1
  readonly #root: string
  readonly #session: SftpSession

  private constructor(root: string, session: SftpSession) {
    this.name = session.name
    this.#root = root
    this.#session = session
  }

  static async open(place: SftpPlace): Promise<SftpStore> {
    return new SftpStore(place.root, await SftpSession.open(place))
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]> {
    return this.#session.ask(prefix, signal, async (client) => {
      const files: StoredFile[] = []
      const visit = async (folder: string): Promise<void> => {
        const path = this.#at(folder)
        if ((await client.exists(path)) !== 'd') return
        for (const { name, type, size } of await client.list(path)) {
          const inner = folder === '' ? name : `${folder}/${name}`
          if (type === 'd') await visit(inner)
          else if (type === '-' && !name.endsWith('.tmp')) files.push({ path: inner, bytes: size })
        }
      }
      await visit(prefix.replace(/\/$/, ''))
      return files
    })
  }

  async *read(path: string, signal: AbortSignal, part?: FilePart): AsyncGenerator<Buffer> {
    const { client, bytes } = await this.#session.ask(path, signal, async (client) => {
      const { version, size } = await this.#look(client, path)
      if (part && version !== part.version) throw changed(this.name, path)
      return { client, bytes: size - (part?.from ?? 0) }
    })
    const stream = client.createReadStream(this.#at(path), { start: part?.from ?? 0, highWaterMark: askedBytes })
    // Closing it may fail once nobody reads it any more.
    stream.on('error', () => undefined)
    let seen = 0
    const pulse = this.#session.watch(() => stream.destroy(new Error('idle')))
    const stop = (): void => void stream.destroy(new Error('interrupted'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        pulse.beat()
        seen += chunk.length
        yield chunk
      }
    } catch (cause) {
      throw await this.#session.judge(path, signal, cause)
    } finally {
      pulse.end()
      signal.removeEventListener('abort', stop)
    }
    if (seen === bytes) return
    throw storeFault('E_STORE_FAILED', `${this.name}: ${path} ended after ${seen} of ${bytes} bytes`, { again: true })
  }

  async versionOf(path: string, signal: AbortSignal): Promise<string> {
    return this.#session.ask(path, signal, async (client) => (await this.#look(client, path)).version)
  }

  async write(path: string, file: LocalFile, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<void> {
    await this.#session.ask(path, signal, async (client, pulse) => {
      const temporary = `${this.#at(path)}.${randomUUID()}.tmp`
      await this.#makeFolder(client, path)
      try {
        const step = (_total: number, bytes: number) => {
          pulse.beat()
          onBytes?.(bytes)
        }
        await client.fastPut(file.path, temporary, { mode: 0o600, step })
        // The oldest servers know no rename over something.
        if ((await client.exists(this.#at(path))) !== false) await client.delete(this.#at(path))
        await client.rename(temporary, this.#at(path))
      } catch (thrown) {
        await client.delete(temporary, true).catch(() => undefined)
        throw thrown
      }
    })
  }

  async create(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    return this.#session.ask(path, signal, async (client) => {
      const temporary = `${this.#at(path)}.${randomUUID()}.tmp`
      await this.#makeFolder(client, path)
      await client.put(content, temporary, { writeStreamOptions: { mode: 0o600 } })
      try {
        // SFTP's own rename fails where the name is taken.
        await client.rename(temporary, this.#at(path))
        return true
      } catch (thrown) {
        await client.delete(temporary, true).catch(() => undefined)
        if ((await client.exists(this.#at(path))) !== false) return false
        throw thrown
      }
    })
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#session.ask(path, signal, (client) => client.delete(this.#at(path), true))
  }

  async removeSame(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    const found: Buffer[] = []
    for await (const chunk of this.read(path, signal)) found.push(chunk)
    if (!Buffer.concat(found).equals(content)) return false
    await this.remove(path, signal)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }

  #at(path: string): string {
    return path === '' ? this.#root : posix.join(this.#root, path)
  }

  /** Its time is in milliseconds of whole seconds, as SFTP has it. */
  async #look(client: Sftp, path: string): Promise<{ readonly version: string; readonly size: number }> {
    if ((await client.exists(this.#at(path))) !== '-') throw missing(path)
    const { size, modifyTime } = await client.stat(this.#at(path))
    return { version: `${size} ${modifyTime}`, size }
  }

  async #makeFolder(client: Sftp, path: string): Promise<void> {
    const folder = posix.dirname(this.#at(path))
    if ((await client.exists(folder)) !== false) return
    await client.mkdir(folder, true).catch(async (thrown: unknown) => {
      // Another writer may have made it meanwhile.
      if ((await client.exists(folder)) !== 'd') throw thrown
    })
  }
}
