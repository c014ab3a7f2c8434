import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { SupabaseClient } from '@supabase/supabase-js'
import { Fault } from '../../core/index.ts'
import { bareEtag } from './etag.ts'
import { settingsOf } from './bucket-settings.ts'
import { during, newExchange, type Exchange } from './exchange.ts'
import { IdleLimit } from './idle-limit.ts'
import { canBeAsked, urlPathOf } from './object-names.ts'
import type { ProjectOptions } from './open-project.ts'
import { Patience, usualPatience } from './patience.ts'
import { readBody } from './read-body.ts'
import { faultOfCall, orNull } from './storage-fault.ts'
import type { Bucket, ObjectFacts, ObjectInfo, OpenedObject, StorageProject, Upload } from './types.ts'
import { walkBucket, type Listings } from './walk-bucket.ts'

type Bucketful = ReturnType<SupabaseClient['storage']['from']>
type Called<T> = { readonly data: T | null; readonly error: Error | null }

/** The Storage of a project, through its API. */
export class Project implements StorageProject {
  readonly url: string
  readonly #client: SupabaseClient
  readonly #signal: AbortSignal
  readonly #patience: Patience
  readonly #idleMs: number

  constructor(url: string, client: SupabaseClient, { signal, patience, idleMs }: ProjectOptions) {
    this.url = url
    this.#client = client
    this.#signal = signal
    this.#patience = new Patience(patience ?? usualPatience, signal)
    this.#idleMs = idleMs ?? 60_000
  }

  async patiently<T>(work: () => Promise<T>): Promise<T> {
    return await this.#patience.patiently(work)
  }

  async listBuckets(): Promise<readonly Bucket[]> {
    const buckets: Bucket[] = []
    for (const limit = 100; ;) {
      const page = await this.#call('list of buckets', () =>
        this.#client.storage.listBuckets({ limit, offset: buckets.length, sortColumn: 'id', sortOrder: 'asc' }),
      )
      const fresh = page.filter(({ id }) => !buckets.some((bucket) => bucket.id === id))
      buckets.push(
        ...fresh.map(({ id, public: isPublic, file_size_limit: limit, allowed_mime_types: types }) => ({
          id,
          public: isPublic,
          fileSizeLimit: limit ?? null,
          allowedMimeTypes: types ?? null,
        })),
      )
      // A server that knows no pages sends all of them, again and again.
      if (page.length < limit || fresh.length === 0) return buckets
    }
  }

  async createBucket(bucket: Bucket): Promise<void> {
    await this.#call(`bucket ${bucket.id}`, () => this.#client.storage.createBucket(bucket.id, settingsOf(bucket)))
  }

  async updateBucket(bucket: Bucket): Promise<void> {
    using limit = new IdleLimit(new AbortController().signal, this.#idleMs)
    await this.#once(`bucket ${bucket.id}`, newExchange(limit.signal), () =>
      this.#client.storage.updateBucket(bucket.id, settingsOf(bucket)),
    )
  }

  walk(bucket: string): AsyncIterable<readonly ObjectFacts[]> {
    const from = this.#client.storage.from(encodeURIComponent(bucket))
    const what = `list of bucket ${bucket}`
    const listings: Listings = {
      flat: async (cursor) =>
        await this.#call(what, () => from.listV2({ limit: 1_000, ...(cursor === null ? {} : { cursor }) })),
      level: async (prefix, offset) =>
        await this.#call(what, () =>
          from.list(prefix, { limit: 1_000, offset, sortBy: { column: 'name', order: 'asc' } }),
        ),
    }
    return walkBucket(bucket, listings)
  }

  async info(bucket: string, name: string): Promise<ObjectInfo | null> {
    return await orNull(() => this.#info(bucket, name))
  }

  async hasBytes(bucket: string, name: string): Promise<boolean> {
    return await this.patiently(async () => {
      try {
        return (await orNull(() => this.#info(bucket, name))) !== null
      } catch (thrown) {
        // On a server that keeps them as files, a missing one is an internal error.
        if (thrown instanceof Fault && thrown.facts['status'] === 500) return false
        throw thrown
      }
    })
  }

  async open(bucket: string, name: string): Promise<OpenedObject | null> {
    const what = describe(bucket, name)
    const limit = new IdleLimit(this.#signal, this.#idleMs)
    const exchange = newExchange(limit.signal)
    try {
      const stream = await orNull(() =>
        this.#once(what, exchange, async () => await this.#from(bucket, name).download(urlPathOf(name)).asStream()),
      )
      if (stream === null) {
        limit[Symbol.dispose]()
        return null
      }
      const length = exchange.headers?.get('content-length')
      const isEncoded = exchange.headers?.has('content-encoding') === true
      return {
        // Of a body that was compressed on the way, it is not the object's.
        contentLength: length === null || length === undefined || isEncoded ? null : Number(length),
        etag: bareEtag(exchange.headers?.get('etag')),
        bytes: readBody(stream as ReadableStream<Uint8Array>, limit, what),
      }
    } catch (thrown) {
      limit[Symbol.dispose]()
      throw thrown
    }
  }

  /** Once: the bytes are read anew for another try. */
  async upload(bucket: string, name: string, file: Upload): Promise<void> {
    const limit = new IdleLimit(this.#signal, this.#idleMs)
    using _ = limit
    const from = this.#from(bucket, name)
    const body = createReadStream(file.path)
    body.on('data', (chunk) => limit.moved(chunk.length))
    const headers: Record<string, string> = {
      // A length known beforehand makes the API store the object in one part, whose ETag is an MD5.
      'content-length': String(file.bytes),
      ...(file.cacheControl === null ? {} : { 'cache-control': file.cacheControl }),
    }
    try {
      await this.#once(describe(bucket, name), newExchange(limit.signal), () =>
        from.upload(urlPathOf(name), Readable.toWeb(body) as unknown as ReadableStream, {
          contentType: file.mimetype ?? 'application/octet-stream',
          upsert: file.overwrite,
          headers,
          ...(file.userMetadata === null ? {} : { metadata: file.userMetadata }),
        }),
      )
    } finally {
      body.destroy()
    }
  }

  async #info(bucket: string, name: string): Promise<ObjectInfo> {
    using limit = new IdleLimit(this.#signal, this.#idleMs)
    const exchange = newExchange(limit.signal, true)
    const from = this.#from(bucket, name)
    const data = await this.#once(describe(bucket, name), exchange, () => from.info(urlPathOf(name)))
    const { metadata } = exchange.body as { metadata?: Record<string, unknown> | null }
    return {
      bucket,
      name,
      bytes: data.size ?? null,
      etag: bareEtag(data.etag),
      mimetype: data.contentType ?? null,
      cacheControl: data.cacheControl ?? null,
      updatedAt: data.lastModified ?? null,
      userMetadata: metadata ?? null,
    }
  }

  #from(bucket: string, name: string): Bucketful {
    if (!canBeAsked(name)) {
      throw new Fault('E_STORE_FAILED', `${describe(bucket, name)}: no URL can hold this name`, {
        hint: 'copy this object through the S3 protocol of the project, or rename it',
      })
    }
    return this.#client.storage.from(encodeURIComponent(bucket))
  }

  async #call<T>(what: string, call: () => Promise<Called<T>>): Promise<T> {
    return await this.patiently(async () => {
      using limit = new IdleLimit(this.#signal, this.#idleMs)
      return await this.#once(what, newExchange(limit.signal), call)
    })
  }

  async #once<T>(what: string, exchange: Exchange, call: () => Promise<Called<T>>): Promise<T> {
    try {
      const { data, error } = await during(exchange, call)
      if (data === null) throw error ?? new TypeError(`${what}: neither data nor an error`)
      return data
    } catch (thrown) {
      this.#signal.throwIfAborted()
      throw faultOfCall(what, thrown, exchange)
    }
  }
}

const describe = (bucket: string, name: string): string => `${bucket}/${name}`
