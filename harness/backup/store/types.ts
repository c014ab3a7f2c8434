/** A place where sets are kept: a folder, a bucket, another machine. Paths in it are relative, with forward slashes. */
export interface Store extends AsyncDisposable {
  /** May be printed. */
  readonly name: string
  /** How many files it takes or gives at a time, where there are many small ones. */
  readonly lanes: number
  /** Every path below that one. */
  list(prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]>
  /**
   * Its bytes, or those of one version of it from a place on. Throws `E_BACKUP_FILE_MISSING` where there is none, and
   * `E_STORE_FAILED`, worth another look, where another version is there.
   */
  read(path: string, signal: AbortSignal, part?: FilePart): AsyncIterable<Buffer>
  /** What tells a file from another that is put in its place: an ETag, or size and time. Throws `E_BACKUP_FILE_MISSING`. */
  versionOf(path: string, signal: AbortSignal): Promise<string>
  /** Writes a whole file or nothing; what was there is replaced. `onBytes`: so many more are there. */
  write(path: string, file: LocalFile, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<void>
  /** Writes a small file that must not be there yet. False: it is there. */
  create(path: string, content: Buffer, signal: AbortSignal): Promise<boolean>
  remove(path: string, signal: AbortSignal): Promise<void>
  /**
   * Removes a small file if it is still this one; false: it is another. Where the place knows conditions it is one step;
   * elsewhere it is read just before. Throws `E_BACKUP_FILE_MISSING` where there is none.
   */
  removeSame(path: string, content: Buffer, signal: AbortSignal): Promise<boolean>
}

export interface StoredFile {
  readonly path: string
  readonly bytes: number
}

export interface FilePart {
  /** Bytes before are left out. */
  readonly from: number
  readonly version: string
}

export interface LocalFile {
  readonly path: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}
