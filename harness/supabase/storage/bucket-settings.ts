import type { Bucket } from './types.ts'

/** A bucket's settings by the names that the client gives them. */
export function settingsOf({ public: isPublic, fileSizeLimit, allowedMimeTypes }: Bucket) {
  return {
    public: isPublic,
    fileSizeLimit,
    allowedMimeTypes: allowedMimeTypes === null ? null : [...allowedMimeTypes],
  }
}
