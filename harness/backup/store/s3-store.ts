import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type * as S3 from '@aws-sdk/client-s3'
import { Fault, type Secret } from '../../core/index.ts'
import { interruptedStore, missing, storeFault } from './store-faults.ts'
import type { LocalFile, Store, StoredFile } from './types.ts'

export interface S3Place {
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  readonly region: string
  readonly endpoint: string | null
  readonly keyId: Secret
  readonly secret: Secret
  readonly sessionToken: Secret | null
  /** No byte for so long: the connection is given up. */
  readonly idleMs: number
  /** A file above this goes in parts of it. */
  readonly partBytes: number
}

/* S3 takes 10,000 parts. */
const maxParts = 9_000

/** A bucket that speaks S3: AWS, R2, GCS by its S3 endpoint, Supabase Storage. Every body goes with its SHA-256, which the server checks. */
export class S3Store implements Store {
  readonly name: string
  readonly lanes = 8
  readonly #place: S3Place
  readonly #s3: typeof S3
  readonly #client: S3.S3Client

  private constructor(place: S3Place, s3: typeof S3) {
    const { region, endpoint, keyId, secret, sessionToken, idleMs } = place
    this.name = `s3://${place.bucket}/${place.prefix}`
    this.#place = place
    this.#s3 = s3
    this.#client = new s3.S3Client({
      region,
      ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
      credentials: {
        accessKeyId: keyId.reveal(),
        secretAccessKey: secret.reveal(),
        ...(sessionToken ? { sessionToken: sessionToken.reveal() } : {}),
      },
      // Tries are counted in one place, ours.
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: Math.min(idleMs, 10_000), socketTimeout: idleMs },
    })
  }

  static async open(place: S3Place): Promise<S3Store> {
    const s3 = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
      throw new Fault('E_STORE_UNREACHABLE', 'the library for S3 is not installed', {
        hint: 'npm install @aws-sdk/client-s3',
        cause,
      })
    })
    return new S3Store(place, s3)
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]> {
    const files: StoredFile[] = []
    let token: string | undefined
    do {
      const page: S3.ListObjectsV2CommandOutput = await this.#ask(prefix, signal, (abortSignal) =>
        this.#client.send(
          new this.#s3.ListObjectsV2Command({
            Bucket: this.#place.bucket,
            Prefix: this.#place.prefix + prefix,
            ContinuationToken: token,
          }),
          { abortSignal },
        ),
      )
      for (const { Key, Size } of page.Contents ?? []) {
        if (Key !== undefined) files.push({ path: Key.slice(this.#place.prefix.length), bytes: Size ?? 0 })
      }
      token = page.NextContinuationToken
    } while (token !== undefined)
    return files
  }

  async *read(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { Body, ContentLength } = await this.#ask(path, signal, (abortSignal) =>
      this.#client.send(new this.#s3.GetObjectCommand(this.#at(path)), { abortSignal }),
    )
    let bytes = 0
    try {
      for await (const chunk of Body as unknown as AsyncIterable<Buffer>) {
        bytes += chunk.length
        yield chunk
      }
    } catch (cause) {
      throw this.#judge(path, signal, cause)
    }
    if (ContentLength !== undefined && bytes !== ContentLength) {
      throw storeFault('E_STORE_FAILED', `${this.name}: ${path} ended after ${bytes} of ${ContentLength} bytes`, {
        again: true,
      })
    }
  }

  async write(path: string, file: LocalFile, signal: AbortSignal): Promise<void> {
    const handle = await open(file.path, 'r')
    try {
      if (file.bytes <= this.#place.partBytes) await this.#put(path, await handle.readFile(), signal)
      else await this.#writeParts(path, handle, file.bytes, signal)
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
      await this.#ask(path, signal, (abortSignal) =>
        this.#client.send(new this.#s3.HeadObjectCommand(this.#at(path)), { abortSignal }),
      )
      return true
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_BACKUP_FILE_MISSING') return false
      throw thrown
    }
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#ask(path, signal, (abortSignal) =>
      this.#client.send(new this.#s3.DeleteObjectCommand(this.#at(path)), { abortSignal }),
    )
  }

  async removeSame(path: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
    const { Body, ETag } = await this.#ask(path, signal, (abortSignal) =>
      this.#client.send(new this.#s3.GetObjectCommand(this.#at(path)), { abortSignal }),
    )
    if (!Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content)) return false
    try {
      // A server that does not know conditions removes it all the same: it was read just now.
      await this.#ask(path, signal, (abortSignal) =>
        this.#client.send(new this.#s3.DeleteObjectCommand({ ...this.#at(path), IfMatch: ETag }), { abortSignal }),
      )
      return true
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_STORE_OCCUPIED') return false
      throw thrown
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
  }

  async #put(path: string, body: Buffer, signal: AbortSignal, condition?: '*'): Promise<void> {
    const command = new this.#s3.PutObjectCommand({
      ...this.#at(path),
      Body: body,
      ChecksumSHA256: digestOf(body),
      IfNoneMatch: condition,
    })
    await this.#ask(path, signal, (abortSignal) => this.#client.send(command, { abortSignal }))
  }

  /** One part at a time: memory holds one. Given up as a whole when one fails, so that no paid-for remains stay. */
  async #writeParts(path: string, handle: FileHandle, bytes: number, signal: AbortSignal): Promise<void> {
    const at = this.#at(path)
    const partBytes = Math.max(this.#place.partBytes, Math.ceil(bytes / maxParts))
    const { UploadId } = await this.#ask(path, signal, (abortSignal) =>
      this.#client.send(new this.#s3.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }), {
        abortSignal,
      }),
    )
    try {
      const Parts: S3.CompletedPart[] = []
      for (let from = 0; from < bytes; from += partBytes) {
        const Body = Buffer.alloc(Math.min(partBytes, bytes - from))
        await handle.read(Body, 0, Body.length, from)
        const part = { PartNumber: Parts.length + 1, ChecksumSHA256: digestOf(Body) }
        const command = new this.#s3.UploadPartCommand({ ...at, ...part, UploadId, Body })
        const { ETag } = await this.#ask(path, signal, (abortSignal) => this.#client.send(command, { abortSignal }))
        Parts.push({ ...part, ETag })
      }
      const whole = { ...at, UploadId, MultipartUpload: { Parts } }
      await this.#ask(path, signal, (abortSignal) =>
        this.#client.send(new this.#s3.CompleteMultipartUploadCommand(whole), { abortSignal }),
      )
    } catch (thrown) {
      // Best effort: the reason why it failed is what counts.
      await this.#client.send(new this.#s3.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined)
      throw thrown
    }
  }

  #at(path: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + path }
  }

  async #ask<T>(path: string, signal: AbortSignal, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await send(signal)
    } catch (cause) {
      throw this.#judge(path, signal, cause)
    }
  }

  #judge(path: string, signal: AbortSignal, cause: unknown): Fault {
    if (signal.aborted) return interruptedStore(signal)
    const name = cause instanceof Error ? cause.name : 'unknown'
    const status = cause instanceof this.#s3.S3ServiceException ? cause.$metadata.httpStatusCode : undefined
    if (status === 404 && name !== 'NoSuchBucket') return missing(path, cause)
    if (status === 412 || status === 409) {
      return storeFault('E_STORE_OCCUPIED', `${this.name}: ${path} is there already`, { again: false, cause })
    }
    if (status === 401 || status === 403 || name === 'NoSuchBucket') {
      const hint = 'see the bucket, the region, the key and its rights'
      return storeFault('E_STORE_UNREACHABLE', `${this.name} did not let us in: ${name}`, { again: false, hint, cause })
    }
    if (status === undefined) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : name
      return storeFault('E_STORE_UNREACHABLE', `${this.name}: ${path}: the connection failed: ${code}`, {
        again: true,
        cause,
      })
    }
    // A digest that does not fit may be the wire's fault; so may be what the server says to be its own.
    const again =
      status >= 500 || status === 429 || status === 408 || /Digest|Checksum|IncompleteBody|Timeout/.test(name)
    return storeFault('E_STORE_FAILED', `${this.name}: ${path}: answered ${status} ${name}`, { again, cause })
  }
}

function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64')
}
