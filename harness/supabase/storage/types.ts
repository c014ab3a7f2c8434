/** A bucket and its settings, which a backup has to bring back before any object. */
export interface Bucket {
  readonly id: string
  readonly public: boolean
  /** Bytes an object may have; null: the project's limit. */
  readonly fileSizeLimit: number | null
  /** Null: any. */
  readonly allowedMimeTypes: readonly string[] | null
}

/** What is known of an object without its bytes: from a listing, from `info`, or from `storage.objects`. */
export interface ObjectFacts {
  readonly bucket: string
  readonly name: string
  /** Null: not known (an upload that never ended leaves a row without). */
  readonly bytes: number | null
  /** As the server has it, without quotes. An MD5 only where it is 32 hex digits. */
  readonly etag: string | null
  readonly mimetype: string | null
  /** The whole header: `max-age=3600`. */
  readonly cacheControl: string | null
  /** ISO-8601. */
  readonly updatedAt: string | null
}

/** One object of a backup: a line of the manifest. */
export interface FileRecord extends ObjectFacts {
  readonly bytes: number
  /** Of the bytes as they were received, by us. */
  readonly sha256: string
  /** Likewise; to compare with an ETag that is one. */
  readonly md5: string
  /** Where the bytes lie, relative to the backup's folder, with `/`. */
  readonly path: string
  /** What the uploader attached, or null. */
  readonly userMetadata: Readonly<Record<string, unknown>> | null
}

/** What the API says of one object. */
export type ObjectInfo = ObjectFacts & Pick<FileRecord, 'userMetadata'>

/** An object being read: headers, then bytes. */
export interface OpenedObject {
  /** Null where the server did not say. */
  readonly contentLength: number | null
  readonly etag: string | null
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface Upload {
  /** A file on this disk. */
  readonly path: string
  readonly bytes: number
  readonly mimetype: string | null
  readonly cacheControl: string | null
  readonly userMetadata: Readonly<Record<string, unknown>> | null
  readonly overwrite: boolean
}

/** The Storage of one project, as far as backups need it. All calls but `info`, `open` and `upload` try again by themselves. */
export interface StorageProject {
  /** Where it is; no key in it. */
  readonly url: string
  listBuckets(): Promise<readonly Bucket[]>
  createBucket(bucket: Bucket): Promise<void>
  /** Once, and after an interrupt too: settings that were changed for a while have to be set back. */
  updateBucket(bucket: Bucket): Promise<void>
  /** Every object of a bucket, page by page, in no order that may be relied on; an object may come twice. */
  walk(bucket: string): AsyncIterable<readonly ObjectFacts[]>
  /** Null: there is no such object. */
  info(bucket: string, name: string): Promise<ObjectInfo | null>
  /** Whether a listed object has its bytes: the listing is of rows, and a restored database brings rows alone. */
  hasBytes(bucket: string, name: string): Promise<boolean>
  /** Null: there is no such object. The caller reads the bytes to their end or throws. */
  open(bucket: string, name: string): Promise<OpenedObject | null>
  upload(bucket: string, name: string, file: Upload): Promise<void>
  /** Runs `work` again, with pauses, as long as its failure may pass. */
  patiently<T>(work: () => Promise<T>): Promise<T>
}
