import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { Fault } from '../../core/index.ts'

/* https://age-encryption.org/v1, "Payload": ChaCha20-Poly1305 over pieces of 64 KiB, STREAM's counter as nonce. */
export const pieceBytes = 65_536
export const tagBytes = 16
export const nonceBytes = 16
const cipher = 'chacha20-poly1305'

/** The payload behind a header: a nonce, then the sealed pieces. Done here, for the library can't tell what is cut short from what is damaged. */
export async function* encryptPayload(
  fileKey: Uint8Array,
  nonce: Uint8Array,
  plain: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const key = payloadKey(fileKey, nonce)
  yield Buffer.from(nonce)
  let counter = 0
  let held: Buffer | null = null
  for await (const piece of inPieces(plain, pieceBytes)) {
    if (held !== null) yield seal(key, counter++, false, held)
    held = piece
  }
  // The last piece is marked as such; only a file of nothing has an empty one.
  yield seal(key, counter, true, held ?? Buffer.alloc(0))
}

/**
 * The plain text of a payload. Throws `E_CIPHERTEXT_DAMAGED`, and `E_CIPHERTEXT_TRUNCATED` where it ends early, also where
 * it ends just between two pieces: what was yielded before is right, and not all.
 */
export async function* decryptPayload(fileKey: Uint8Array, payload: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let key: Buffer | null = null
  let counter = 0
  let held: Buffer | null = null
  for await (const piece of inPieces(payload, pieceBytes + tagBytes, nonceBytes)) {
    if (key === null) {
      if (piece.length < nonceBytes) throw truncated()
      key = payloadKey(fileKey, piece)
      continue
    }
    if (held !== null) yield open(key, counter++, held)
    held = piece
  }
  if (key === null || held === null) throw truncated()
  yield openLast(key, counter, held)
}

export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32))
}

function nonceOf(counter: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(counter, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

function seal(key: Buffer, counter: number, last: boolean, plain: Buffer): Buffer {
  const sealing = createCipheriv(cipher, key, nonceOf(counter, last), { authTagLength: tagBytes })
  return Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()])
}

function tryOpen(key: Buffer, counter: number, last: boolean, sealed: Buffer): Buffer | null {
  if (sealed.length < tagBytes) return null
  const opening = createDecipheriv(cipher, key, nonceOf(counter, last), { authTagLength: tagBytes })
  opening.setAuthTag(sealed.subarray(-tagBytes))
  const plain = opening.update(sealed.subarray(0, -tagBytes))
  try {
    opening.final()
    return plain
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

function open(key: Buffer, counter: number, sealed: Buffer): Buffer {
  const plain = tryOpen(key, counter, false, sealed)
  if (plain !== null) return plain
  if (tryOpen(key, counter, true, sealed) !== null) throw damaged(counter, 'bytes follow its end')
  throw damaged(counter, 'it is not what was written')
}

function openLast(key: Buffer, counter: number, sealed: Buffer): Buffer {
  const plain = tryOpen(key, counter, true, sealed)
  if (plain !== null && (plain.length > 0 || counter === 0)) return plain
  // A whole piece that is not the last, or a part of one: more was there.
  if (sealed.length < pieceBytes + tagBytes || tryOpen(key, counter, false, sealed) !== null) throw truncated(counter)
  throw damaged(counter, 'it is not what was written')
}

function truncated(counter = 0): Fault {
  return new Fault('E_CIPHERTEXT_TRUNCATED', `the encrypted file ends too early, in or after piece ${counter + 1}`, {
    hint: 'it was cut short: copy it again from where it was made, or take a fresh backup',
    facts: { piece: counter },
  })
}

function damaged(counter: number, what: string): Fault {
  return new Fault('E_CIPHERTEXT_DAMAGED', `the encrypted file is damaged in piece ${counter + 1}: ${what}`, {
    hint: 'copy it again from where it was made, or take a fresh backup',
    facts: { piece: counter, offset: counter * (pieceBytes + tagBytes) },
  })
}

/** The same bytes in pieces of one size, the first of another, the last of what is left. Never an empty one. */
async function* inPieces(chunks: AsyncIterable<Buffer>, size: number, first = size): AsyncGenerator<Buffer> {
  let wanted = first
  let parts: Buffer[] = []
  let held = 0
  for await (const chunk of chunks) {
    let rest = chunk
    while (held + rest.length >= wanted) {
      parts.push(rest.subarray(0, wanted - held))
      rest = rest.subarray(wanted - held)
      yield Buffer.concat(parts)
      wanted = size
      parts = []
      held = 0
    }
    if (rest.length === 0) continue
    // The giver may use its buffer again.
    parts.push(Buffer.from(rest))
    held += rest.length
  }
  if (held > 0) yield Buffer.concat(parts)
}
