import { open } from 'node:fs/promises'
import type * as S3 from '@aws-sdk/client-s3'
import { Fault } from '../../core/index.ts'
import { S3Bucket, type S3Place } from './s3-bucket.ts'
import { digestOf } from './s3-digest.ts'
import { changed, storeFault } from './store-faults.ts'
import type { FilePart, LocalFile, Store, StoredFile } from './types.ts'
import { uploadParts } from './upload-parts.ts'

/** A bucket that speaks S3: AWS, R2, GCS by its S3 endpoint, Supabase Storage. Every body goes with its SHA-256, which the server checks. */
export class S3Store implements Store {
  readonly name: string
  readonly lanes = 8
  readonly #bucket: S3Bucket
  readonly #s3: typeof S3

  private constructor(bucket: S3Bucket) {
    this.name = bucket.name
    this.#bucket = bucket
    this.#s3 = bucket.library
  }

  static async open(place: S3Place): Promise<S3Store> {
    return new S3Store(await S3Bucket.open(place))
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]> {
    const { client } = this.#bucket
    const files: StoredFile[] = []
    let token: string | undefined
    do {
      const command = new this.#s3.ListObjectsV2Command({ ...this.#bucket.below(prefix), ContinuationToken: token })
      const page: S3.ListObjectsV2CommandOutput = await this.#bucket.ask(prefix, signal, (abortSignal) =>
        client.send(command, { abortSignal }),
      )
      for (const { Key, Size } of page.Contents ?? []) {
        if (Key !== undefined) files.push({ path: this.#bucket.pathOf(Key), bytes: Size ?? 0 })
      }
      token = page.NextContinuationToken
    } while (token !== undefined)
    return files
  }

  async *read(path: string, signal: AbortSignal, part?: FilePart): AsyncGenerator<Buffer> {
    const { Body, ContentLength, ContentRange, ETag } = await this.#get(path, signal, part)
    // A server that does not know conditions gives what is there now.
    if (part && ETag !== part.version) throw changed(this.name, path)
    // One that does not know ranges gives all of it.
    let before = part && part.from > 0 && !ContentRange?.startsWith(`bytes ${part.from}-`) ? part.from : 0
    let bytes = 0
    try {
      for await (const chunk of Body as unknown as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (chunk.length > before) yield chunk.subarray(before)
        before = Math.max(0, before - chunk.length)
      }
    } catch (cause) {
      throw this.#bucket.judge(path, signal, cause)
    }
    if (ContentLength !== undefined && bytes !== ContentLength) {
      throw storeFault('E_STORE_FAILED', `${this.name}: ${path} ended after ${bytes} of ${ContentLength} bytes`, {
        again: true,
      })
    }
  }

  async versionOf(path: string, signal: AbortSignal): Promise<string> {
    const command = new this.#s3.HeadObjectCommand(this.#bucket.at(path))
    const { ETag } = await this.#bucket.ask(path, signal, (abortSignal) =>
      this.#bucket.client.send(command, { abortSignal }),
    )
    return ETag ?? ''
  }

  async write(path: string, file: LocalFile, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<void> {
    const handle = await open(file.path, 'r')
    try {
      if (file.bytes <= this.#bucket.partBytes) {
        await this.#put(path, await handle.readFile(), signal)
        onBytes?.(file.bytes)
      } else await uploadParts(this.#bucket, path, { handle, bytes: file.bytes, onBytes }, signal)
    } finally {
      await handle.close()
    }
  }

  async create(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    if (await this.#isThere(path, signal)) return false
    try {
      await this.#put(path, content, signal, '*')
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_STORE_OCCUPIED') return false
      throw thrown
    }
    // A server that does not know conditions writes over what was there: whose it is now, shows.
    const found: Buffer[] = []
    for await (const chunk of this.read(path, signal)) found.push(chunk)
    return Buffer.concat(found).equals(content)
  }

  async #isThere(path: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.versionOf(path, signal)
      return true
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_BACKUP_FILE_MISSING') return false
      throw thrown
    }
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    const command = new this.#s3.DeleteObjectCommand(this.#bucket.at(path))
    await this.#bucket.ask(path, signal, (abortSignal) => this.#bucket.client.send(command, { abortSignal }))
  }

  async removeSame(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    const { Body, ETag } = await this.#get(path, signal)
    if (!Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content)) return false
    // A server that does not know conditions removes it all the same: it was read just now.
    const command = new this.#s3.DeleteObjectCommand({ ...this.#bucket.at(path), IfMatch: ETag })
    try {
      await this.#bucket.ask(path, signal, (abortSignal) => this.#bucket.client.send(command, { abortSignal }))
      return true
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_STORE_OCCUPIED') return false
      throw thrown
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bucket[Symbol.dispose]()
  }

  async #get(path: string, signal: AbortSignal, part?: FilePart): Promise<S3.GetObjectCommandOutput> {
    const range = part && part.from > 0 ? { Range: `bytes=${part.from}-` } : {}
    const version = part ? { IfMatch: part.version } : {}
    const command = new this.#s3.GetObjectCommand({ ...this.#bucket.at(path), ...range, ...version })
    try {
      return await this.#bucket.ask(path, signal, (abortSignal) => this.#bucket.client.send(command, { abortSignal }))
    } catch (thrown) {
      if (part && thrown instanceof Fault && thrown.code === 'E_STORE_OCCUPIED') throw changed(this.name, path, thrown)
      throw thrown
    }
  }

  async #put(path: string, body: Buffer, signal: AbortSignal, condition?: '*'): Promise<void> {
    const command = new this.#s3.PutObjectCommand({
      ...this.#bucket.at(path),
      Body: body,
      ChecksumSHA256: digestOf(body),
      IfNoneMatch: condition,
    })
    await this.#bucket.ask(path, signal, (abortSignal) => this.#bucket.client.send(command, { abortSignal }))
  }
}
