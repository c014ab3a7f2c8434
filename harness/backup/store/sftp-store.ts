import { createHash, randomUUID } from 'node:crypto'
import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { Fault, type Secret } from '../../core/index.ts'
import { interruptedStore, missing, storeFault } from './store-faults.ts'
import type { LocalFile, Store, StoredFile } from './types.ts'

export interface SftpPlace {
  readonly host: string
  readonly port: number
  readonly username: string
  /** Absolute, without a slash at its end. */
  readonly root: string
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly hostKey: string
  readonly privateKey: string | null
  readonly password: Secret | null
  readonly idleMs: number
}

/** What is used of ssh2-sftp-client, which brings no types. */
interface Sftp {
  connect(options: Readonly<Record<string, unknown>>): Promise<unknown>
  end(): Promise<unknown>
  /** `-` a file, `d` a folder, `l` a link. */
  exists(path: string): Promise<false | string>
  stat(path: string): Promise<{ readonly size: number }>
  list(path: string): Promise<readonly { readonly name: string; readonly type: string; readonly size: number }[]>
  mkdir(path: string, recursive: boolean): Promise<unknown>
  put(content: Buffer, path: string, options: object): Promise<unknown>
  fastPut(from: string, path: string, options: object): Promise<unknown>
  rename(from: string, to: string): Promise<unknown>
  delete(path: string, noErrorOk?: boolean): Promise<unknown>
  createReadStream(path: string): Readable
}
type SftpLibrary = new () => Sftp

/** A folder of another machine, by SSH. One connection at a time; after a failure the next request makes a new one. */
export class SftpStore implements Store {
  readonly name: string
  readonly lanes = 1
  readonly #place: SftpPlace
  readonly #library: SftpLibrary
  #client: Sftp | null = null

  private constructor(place: SftpPlace, library: SftpLibrary) {
    this.name = `sftp://${place.host}:${place.port}${place.root}`
    this.#place = place
    this.#library = library
  }

  static async open(place: SftpPlace): Promise<SftpStore> {
    const name: string = 'ssh2-sftp-client'
    const found: unknown = await import(name).catch((cause: unknown) => {
      throw new Fault('E_STORE_UNREACHABLE', 'the library for SFTP is not installed', {
        hint: 'npm install ssh2-sftp-client',
        cause,
      })
    })
    return new SftpStore(place, (found as { readonly default: SftpLibrary }).default)
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]> {
    return this.#ask(prefix, signal, async (client) => {
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

  async *read(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { client, bytes } = await this.#ask(path, signal, async (client) => {
      if ((await client.exists(this.#at(path))) !== '-') throw missing(path)
      return { client, bytes: (await client.stat(this.#at(path))).size }
    })
    const stream = client.createReadStream(this.#at(path))
    // Closing it may fail once nobody reads it any more.
    stream.on('error', () => undefined)
    let seen = 0
    const pulse = this.#watch(() => stream.destroy(new Error('idle')))
    const stop = (): void => void stream.destroy(new Error('interrupted'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        pulse.beat()
        seen += chunk.length
        yield chunk
      }
    } catch (cause) {
      throw await this.#judge(path, signal, cause)
    } finally {
      pulse.end()
      signal.removeEventListener('abort', stop)
    }
    if (seen === bytes) return
    throw storeFault('E_STORE_FAILED', `${this.name}: ${path} ended after ${seen} of ${bytes} bytes`, { again: true })
  }

  async write(path: string, file: LocalFile, signal: AbortSignal): Promise<void> {
    await this.#ask(path, signal, async (client, pulse) => {
      const temporary = `${this.#at(path)}.${randomUUID()}.tmp`
      await this.#makeFolder(client, path)
      try {
        await client.fastPut(file.path, temporary, { mode: 0o600, step: () => pulse.beat() })
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
    return this.#ask(path, signal, async (client) => {
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
    await this.#ask(path, signal, (client) => client.delete(this.#at(path), true))
  }

  async removeSame(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    const found: Buffer[] = []
    for await (const chunk of this.read(path, signal)) found.push(chunk)
    if (!Buffer.concat(found).equals(content)) return false
    await this.remove(path, signal)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave()
  }

  #at(path: string): string {
    return path === '' ? this.#place.root : posix.join(this.#place.root, path)
  }

  async #makeFolder(client: Sftp, path: string): Promise<void> {
    const folder = posix.dirname(this.#at(path))
    if ((await client.exists(folder)) !== false) return
    await client.mkdir(folder, true).catch(async (thrown: unknown) => {
      // Another writer may have made it meanwhile.
      if ((await client.exists(folder)) !== 'd') throw thrown
    })
  }

  async #ask<T>(path: string, signal: AbortSignal, work: (client: Sftp, pulse: Pulse) => Promise<T>): Promise<T> {
    if (signal.aborted) throw interruptedStore(signal)
    let giveUp: (error: Error) => void = () => undefined
    const over = new Promise<never>((_, reject) => {
      giveUp = reject
    })
    const pulse = this.#watch(() => giveUp(new Error('idle')))
    const stop = (): void => giveUp(new Error('interrupted'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      const doing = this.#connected().then((client) => work(client, pulse))
      // What is given up may fail later, when nobody waits for it any more.
      doing.catch(() => undefined)
      return await Promise.race([doing, over])
    } catch (cause) {
      throw await this.#judge(path, signal, cause)
    } finally {
      pulse.end()
      signal.removeEventListener('abort', stop)
    }
  }

  async #connected(): Promise<Sftp> {
    if (this.#client) return this.#client
    const { host, port, username, hostKey, privateKey, password, idleMs } = this.#place
    const client = new this.#library()
    let seen: string | null = null
    await client
      .connect({
        host,
        port,
        username,
        ...(privateKey === null ? {} : { privateKey }),
        ...(password === null ? {} : { password: password.reveal() }),
        readyTimeout: idleMs,
        hostVerifier: (key: Buffer) => {
          seen = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
          return seen === hostKey
        },
      })
      .catch(async (cause: unknown) => {
        await client.end().catch(() => undefined)
        if (seen === null || seen === hostKey) throw cause
        throw new Fault('E_STORE_REFUSED', `${host} has another key than the one pinned: ${seen}`, {
          hint: 'somebody may stand in between; pin the new key only if you know why it changed',
          cause,
        })
      })
    this.#client = client
    return client
  }

  async #leave(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }

  /** Calls when nothing has happened for too long. */
  #watch(idle: () => void): Pulse {
    let timer = setTimeout(idle, this.#place.idleMs)
    return {
      beat: () => {
        clearTimeout(timer)
        timer = setTimeout(idle, this.#place.idleMs)
      },
      end: () => clearTimeout(timer),
    }
  }

  async #judge(path: string, signal: AbortSignal, cause: unknown): Promise<Fault> {
    if (cause instanceof Fault) return cause
    await this.#leave()
    if (signal.aborted) return interruptedStore(signal)
    const message = cause instanceof Error ? cause.message : String(cause)
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (/authentication|No such user/i.test(message)) {
      const hint = 'see the user and the key'
      return storeFault('E_STORE_UNREACHABLE', `${this.name} did not let us in`, { again: false, hint, cause })
    }
    const isFinal = /permission denied|no space|quota/i.test(message)
    return storeFault(isFinal ? 'E_STORE_FAILED' : 'E_STORE_UNREACHABLE', `${this.name}: ${path}: ${code} ${message}`, {
      again: !isFinal,
      cause,
    })
  }
}

interface Pulse {
  beat(): void
  end(): void
}
