/** `"abc"` and `W/"abc"` → `abc`. */
export function bareEtag(etag: string | null | undefined): string | null {
  if (etag === null || etag === undefined || etag === '') return null
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1')
}

/**
 * The MD5 that an ETag is, or null: an object uploaded in parts has `<hex>-<parts>`, a self-hosted file backend
 * `<time>-<size>`. Of neither may be concluded that bytes are wrong.
 */
export function md5Of(etag: string | null): string | null {
  return etag !== null && /^[0-9a-f]{32}$/i.test(etag) ? etag.toLowerCase() : null
}
