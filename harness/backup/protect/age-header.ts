import { Fault } from '../../core/index.ts'
import type { Identities } from './identities.ts'

const firstLine = 'age-encryption.org/v1\n'
/* A hundred recipients of the largest kind. */
const maxBytes = 1 << 18

export interface SealedHeader {
  readonly header: Buffer
  readonly fileKey: Buffer
}

/** A fresh file key, and the header that gives it to each recipient and to nobody else. The library does the wrapping. */
export async function sealHeader(recipients: readonly string[]): Promise<SealedHeader> {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  let fileKey: Buffer | null = null
  // One that only listens: the payload is not the library's.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Buffer.from(key)
      return []
    },
  })
  const sealed = Buffer.from(await encrypter.encrypt(new Uint8Array()))
  const end = endOfHeader(sealed)
  if (end === null || fileKey === null) throw new Fault('E_DEFECT', 'the age library wrote no header')
  return { header: sealed.subarray(0, end), fileKey }
}

/** Where the header ends; null: not within these bytes. */
function endOfHeader(bytes: Buffer): number | null {
  const mac = bytes.indexOf('\n--- ')
  const end = mac === -1 ? -1 : bytes.indexOf('\n', mac + 1)
  return end === -1 ? null : end + 1
}

/** Splits a file into its header and what follows. Throws `E_CIPHERTEXT_DAMAGED` or `E_CIPHERTEXT_TRUNCATED`. */
export async function splitHeader(
  chunks: AsyncIterator<Buffer>,
): Promise<{ readonly header: Buffer; readonly rest: Buffer }> {
  let head: Buffer = Buffer.alloc(0)
  for (;;) {
    const next = await chunks.next()
    if (next.done === true) throw noHeader(head)
    head = Buffer.concat([head, next.value])
    if (!isBeginning(head)) throw noHeader(head)
    const end = endOfHeader(head)
    if (end !== null) return { header: head.subarray(0, end), rest: head.subarray(end) }
    if (head.length > maxBytes) throw noHeader(head)
  }
}

function isBeginning(head: Buffer): boolean {
  const length = Math.min(head.length, firstLine.length)
  return head.toString('latin1', 0, length) === firstLine.slice(0, length)
}

function noHeader(head: Buffer): Fault {
  if (isBeginning(head) && head.length <= maxBytes) {
    return new Fault('E_CIPHERTEXT_TRUNCATED', 'the encrypted file ends within its header', {
      hint: 'it was cut short: copy it again from where it was made',
    })
  }
  const armored = head.toString('latin1', 0, 30).startsWith('-----BEGIN AGE ENCRYPTED')
  return new Fault(
    'E_CIPHERTEXT_DAMAGED',
    `the file does not begin as an age file does${armored ? ': it is armored' : ''}`,
    {
      hint: armored ? 'encrypt without --armor' : 'copy it again from where it was made, or take a fresh backup',
    },
  )
}

/**
 * The file key, by one of the identities. Throws `E_KEY_WRONG` where none of them is a recipient, and
 * `E_CIPHERTEXT_DAMAGED` for a header that was changed since.
 */
export async function openHeader(header: Buffer, identities: Identities): Promise<Buffer> {
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const identity of identities.secrets) decrypter.addIdentity(identity.reveal())
  try {
    return Buffer.from(await decrypter.decryptHeader(header))
  } catch (cause) {
    // The library gives its errors no codes. This one alone says that the header was read and is for others.
    const isForOthers = cause instanceof Error && cause.message.startsWith('no identity matched')
    if (!isForOthers) {
      throw new Fault('E_CIPHERTEXT_DAMAGED', "the encrypted file's header is damaged", {
        hint: 'copy it again from where it was made, or take a fresh backup',
        cause,
      })
    }
    throw new Fault('E_KEY_WRONG', `the file is encrypted, and ${identities.source} does not open it`, {
      hint: 'give the identity that belongs to one of the recipients in its manifest',
      cause,
    })
  }
}
