import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Fault, type Secret } from '../../core/index.ts'
import { interruptedStore, storeFault } from './store-faults.ts'

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
export interface Sftp {
  /** The line itself, of ssh2. */
  readonly client: { setNoDelay(noDelay: boolean): unknown }
  connect(options: Readonly<Record<string, unknown>>): Promise<unknown>
  end(): Promise<unknown>
  /** `-` a file, `d` a folder, `l` a link. */
  exists(path: string): Promise<false | string>
  stat(path: string): Promise<{ readonly size: number; readonly modifyTime: number }>
  list(path: string): Promise<readonly { readonly name: string; readonly type: string; readonly size: number }[]>
  mkdir(path: string, recursive: boolean): Promise<unknown>
  put(content: Buffer, path: string, options: object): Promise<unknown>
  fastPut(from: string, path: string, options: object): Promise<unknown>
  rename(from: string, to: string): Promise<unknown>
  delete(path: string, noErrorOk?: boolean): Promise<unknown>
  createReadStream(path: string, options: { readonly start: number; readonly highWaterMark: number }): Readable
}
type SftpLibrary = new () => Sftp

/** The line to another machine. One connection at a time; after a failure the next request makes a new one. */
export class SftpSession implements AsyncDisposable {
  readonly name: string
  readonly #place: SftpPlace
  readonly #library: SftpLibrary
  #client: Sftp | null = null
  /** How often it was left: what was being connected then is not wanted any more. */
  #left = 0

  private constructor(place: SftpPlace, library: SftpLibrary) {
    this.name = `sftp://${place.host}:${place.port}${place.root}`
    this.#place = place
    this.#library = library
  }

  static async open(place: SftpPlace): Promise<SftpSession> {
    const name: string = 'ssh2-sftp-client'
    const found: unknown = await import(name).catch((cause: unknown) => {
      throw new Fault('E_STORE_UNREACHABLE', 'the library for SFTP is not installed', {
        hint: 'npm install ssh2-sftp-client',
        cause,
      })
    })
    return new SftpSession(place, (found as { readonly default: SftpLibrary }).default)
  }

  async ask<T>(path: string, signal: AbortSignal, work: (client: Sftp, pulse: Pulse) => Promise<T>): Promise<T> {
    if (signal.aborted) throw interruptedStore(signal)
    let giveUp: (error: Error) => void = () => undefined
    const over = new Promise<never>((_, reject) => {
      giveUp = reject
    })
    const pulse = this.watch(() => giveUp(new Error('idle')))
    const stop = (): void => giveUp(new Error('interrupted'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      const doing = this.#connected().then((client) => work(client, pulse))
      // What is given up may fail later, when nobody waits for it any more.
      doing.catch(() => undefined)
      return await Promise.race([doing, over])
    } catch (cause) {
      throw await this.judge(path, signal, cause)
    } finally {
      pulse.end()
      signal.removeEventListener('abort', stop)
    }
  }

  /** Calls when nothing has happened for too long. */
  watch(idle: () => void): Pulse {
    let timer = setTimeout(idle, this.#place.idleMs)
    return {
      beat: () => {
        clearTimeout(timer)
        timer = setTimeout(idle, this.#place.idleMs)
      },
      end: () => clearTimeout(timer),
    }
  }

  async judge(path: string, signal: AbortSignal, cause: unknown): Promise<Fault> {
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave()
  }

  async #connected(): Promise<Sftp> {
    if (this.#client) return this.#client
    const { host, port, username, hostKey, privateKey, password, idleMs } = this.#place
    const left = this.#left
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
    // Given up meanwhile: a line that nobody knows of would keep the process from ending.
    if (this.#left !== left) {
      await client.end().catch(() => undefined)
      throw new Error('interrupted')
    }
    // A request is written in pieces: each would else wait until the other side has acknowledged the one before.
    client.client.setNoDelay(true)
    this.#client = client
    return client
  }

  async #leave(): Promise<void> {
    this.#left += 1
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }
}

export interface Pulse {
  beat(): void
  end(): void
}
