import type * as S3 from '@aws-sdk/client-s3'
import { Fault, type Secret } from '../../core/index.ts'
import { interruptedStore, missing, storeFault } from './store-faults.ts'

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

/** A bucket's address, and the line to it: what it answers, or does not, becomes a coded fault. */
export class S3Bucket implements Disposable {
  readonly name: string
  readonly partBytes: number
  readonly library: typeof S3
  readonly client: S3.S3Client
  readonly #bucket: string
  readonly #prefix: string

  private constructor(place: S3Place, library: typeof S3) {
    const { region, endpoint, keyId, secret, sessionToken, idleMs } = place
    this.name = `s3://${place.bucket}/${place.prefix}`
    this.partBytes = place.partBytes
    this.library = library
    this.#bucket = place.bucket
    this.#prefix = place.prefix
    this.client = new library.S3Client({
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

  static async open(place: S3Place): Promise<S3Bucket> {
    const library = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
      throw new Fault('E_STORE_UNREACHABLE', 'the library for S3 is not installed', {
        hint: 'npm install @aws-sdk/client-s3',
        cause,
      })
    })
    return new S3Bucket(place, library)
  }

  at(path: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + path }
  }

  /** What is listed below a path. */
  below(prefix: string): { readonly Bucket: string; readonly Prefix: string } {
    return { Bucket: this.#bucket, Prefix: this.#prefix + prefix }
  }

  /** A key as a path of the place. */
  pathOf(key: string): string {
    return key.slice(this.#prefix.length)
  }

  async ask<T>(path: string, signal: AbortSignal, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await send(signal)
    } catch (cause) {
      throw this.judge(path, signal, cause)
    }
  }

  judge(path: string, signal: AbortSignal, cause: unknown): Fault {
    if (signal.aborted) return interruptedStore(signal)
    const name = cause instanceof Error ? cause.name : 'unknown'
    const status = cause instanceof this.library.S3ServiceException ? cause.$metadata.httpStatusCode : undefined
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

  [Symbol.dispose](): void {
    this.client.destroy()
  }
}
