import { createHash } from 'node:crypto'

/** As S3 takes a body's SHA-256. */
export function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64')
}
