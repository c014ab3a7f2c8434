import type { FileHandle } from 'node:fs/promises'
import type * as S3 from '@aws-sdk/client-s3'
import { digestOf } from './s3-digest.ts'
import type { S3Bucket } from './s3-bucket.ts'

/* S3 takes 10,000 parts. */
const maxParts = 9_000

/** One part at a time: memory holds one. Given up as a whole when one fails, so that no paid-for remains stay. */
export async function uploadParts(
  bucket: S3Bucket,
  path: string,
  file: {
    readonly handle: FileHandle
    readonly bytes: number
    readonly onBytes?: ((bytes: number) => void) | undefined
  },
  signal: AbortSignal,
): Promise<void> {
  const { client, library } = bucket
  const { handle, bytes } = file
  const at = bucket.at(path)
  const partBytes = Math.max(bucket.partBytes, Math.ceil(bytes / maxParts))
  const { UploadId } = await bucket.ask(path, signal, (abortSignal) =>
    client.send(new library.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }), { abortSignal }),
  )
  try {
    const Parts: S3.CompletedPart[] = []
    for (let from = 0; from < bytes; from += partBytes) {
      const Body = Buffer.alloc(Math.min(partBytes, bytes - from))
      await handle.read(Body, 0, Body.length, from)
      const part = { PartNumber: Parts.length + 1, ChecksumSHA256: digestOf(Body) }
      const command = new library.UploadPartCommand({ ...at, ...part, UploadId, Body })
      const { ETag } = await bucket.ask(path, signal, (abortSignal) => client.send(command, { abortSignal }))
      Parts.push({ ...part, ETag })
      file.onBytes?.(Body.length)
    }
    const whole = { ...at, UploadId, MultipartUpload: { Parts } }
    await bucket.ask(path, signal, (abortSignal) =>
      client.send(new library.CompleteMultipartUploadCommand(whole), { abortSignal }),
    )
  } catch (thrown) {
    // Best effort: the reason why it failed is what counts.
    await client.send(new library.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined)
    throw thrown
  }
}
