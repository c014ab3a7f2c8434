import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pieceBytes, tagBytes } from './age-payload.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile } from './encrypt-file.ts'
import { readIdentities } from './identities.ts'
import { readRecipients } from './recipients.ts'
import { freshKey, type TestKey } from './testing/keys.ts'

let folder: string
let key: TestKey
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'age-'))
  key = await freshKey()
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const sealedPiece = pieceBytes + tagBytes

async function encrypted(plain: Buffer, recipients = [key.recipient]): Promise<Buffer> {
  await rm(at('sealed'), { force: true })
  await writeFile(at('plain'), plain)
  await encryptFile(at('plain'), at('sealed'), recipients)
  return readFile(at('sealed'))
}

async function codeOf(sealed: Buffer, identities = key.identities): Promise<unknown> {
  await writeFile(at('damaged'), sealed)
  return decryptFile(at('damaged'), identities).then(
    () => 'decrypted',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}

const sizes = [0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes, (1 << 20) + 7]

describe('an encrypted file', () => {
  test.each(sizes)('of %d bytes is what it was when decrypted, here and by the library', async (size) => {
    const plain = randomBytes(size)
    const sealed = await encrypted(plain)
    const found = await decryptFile(at('sealed'), key.identities, { to: at('back') })
    expect(await readFile(at('back'))).toEqual(plain)
    expect(found.plain.bytes).toBe(size)
    expect(found.sealed.bytes).toBe(sealed.length)
    const library = new Decrypter()
    library.addIdentity(key.text)
    expect(Buffer.from(await library.decrypt(sealed))).toEqual(plain)
  })

  test.each(sizes)('of %d bytes that the library wrote is read', async (size) => {
    const plain = randomBytes(size)
    const library = new Encrypter()
    library.addRecipient(key.recipient)
    await writeFile(at('sealed'), await library.encrypt(plain))
    await decryptFile(at('sealed'), key.identities, { to: at('back') })
    expect(await readFile(at('back'))).toEqual(plain)
  })

  test.runIf(existsSync('/usr/bin/age'))('is read by the age command, and reads what that wrote', async () => {
    const plain = randomBytes(200_000)
    await encrypted(plain)
    await writeFile(at('key'), key.text, { mode: 0o600 })
    execFileSync('age', ['-d', '-i', at('key'), '-o', at('back'), at('sealed')])
    expect(await readFile(at('back'))).toEqual(plain)
    execFileSync('age', ['-r', key.recipient, '-o', at('theirs'), at('plain')])
    expect((await decryptFile(at('theirs'), key.identities)).plain.bytes).toBe(plain.length)
  })

  test('is decrypted by each of its recipients, be it of the post-quantum kind, and by nobody else', async () => {
    const other = await freshKey()
    const hybrid = await generateHybridIdentity()
    const sealed = await encrypted(Buffer.from('rows'), [key.recipient, await identityToRecipient(hybrid)])
    expect(await codeOf(sealed)).toBe('decrypted')
    expect(await codeOf(sealed, await readIdentities('env:K', { K: hybrid }))).toBe('decrypted')
    expect(await codeOf(sealed, other.identities)).toBe('E_KEY_WRONG')
  })

  test('is readable by its owner alone', async () => {
    await encrypted(Buffer.from('rows'))
    expect((await stat(at('sealed'))).mode & 0o777).toBe(0o600)
  })
})

describe('damage is named', () => {
  test.each<[string, (sealed: Buffer, header: number) => Buffer, string]>([
    [
      'a piece missing at the end',
      (sealed, header) => sealed.subarray(0, header + 16 + 2 * sealedPiece),
      'E_CIPHERTEXT_TRUNCATED',
    ],
    ['all pieces missing', (sealed, header) => sealed.subarray(0, header + 16), 'E_CIPHERTEXT_TRUNCATED'],
    ['a byte missing at the end', (sealed) => sealed.subarray(0, -1), 'E_CIPHERTEXT_TRUNCATED'],
    [
      'an end within a piece',
      (sealed, header) => sealed.subarray(0, header + 16 + sealedPiece + 500),
      'E_CIPHERTEXT_TRUNCATED',
    ],
    ['an end within the header', (sealed) => sealed.subarray(0, 40), 'E_CIPHERTEXT_TRUNCATED'],
    ['nothing', () => Buffer.alloc(0), 'E_CIPHERTEXT_TRUNCATED'],
    ['a bit flipped in the first piece', (sealed, header) => flip(sealed, header + 20), 'E_CIPHERTEXT_DAMAGED'],
    ['a bit flipped in the last tag', (sealed) => flip(sealed, sealed.length - 1), 'E_CIPHERTEXT_DAMAGED'],
    ['a bit flipped in the nonce', (sealed, header) => flip(sealed, header + 3), 'E_CIPHERTEXT_DAMAGED'],
    ['a bit flipped in the header', (sealed, header) => flip(sealed, header - 10), 'E_CIPHERTEXT_DAMAGED'],
    ['a byte after the end', (sealed) => Buffer.concat([sealed, Buffer.alloc(1)]), 'E_CIPHERTEXT_DAMAGED'],
    ['two pieces exchanged', (sealed, header) => exchange(sealed, header + 16), 'E_CIPHERTEXT_DAMAGED'],
    ['a piece twice', (sealed, header) => twice(sealed, header + 16), 'E_CIPHERTEXT_DAMAGED'],
    ['something else', () => Buffer.from('-- PostgreSQL database dump'), 'E_CIPHERTEXT_DAMAGED'],
  ])('%s', async (_, damage, code) => {
    // Three whole pieces: the last is full, as a truncation between two makes it look.
    const sealed = await encrypted(randomBytes(3 * pieceBytes))
    const header = sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1
    expect(await codeOf(sealed)).toBe('decrypted')
    expect(await codeOf(damage(sealed, header))).toBe(code)
  })
})

describe('keys', () => {
  test('are refused where they are written out, readable by others, or none', async () => {
    await expect(readIdentities(key.text, {})).rejects.toMatchObject({ code: 'E_SECRET_IN_ARGUMENT' })
    await expect(readRecipients({ recipients: [key.text] })).rejects.toMatchObject({ code: 'E_SECRET_IN_ARGUMENT' })
    await expect(readIdentities('env:NONE', {})).rejects.toMatchObject({ code: 'E_ENV_MISSING' })
    await writeFile(at('key'), `# public key: ${key.recipient}\n${key.text}\n`)
    await chmod(at('key'), 0o644)
    await expect(readIdentities(at('key'), {})).rejects.toThrow('may be read by others')
    await chmod(at('key'), 0o600)
    expect((await readIdentities(at('key'), {})).recipients).toEqual([key.recipient])
    await expect(readIdentities('env:BAD', { BAD: `${key.text}X` })).rejects.toSatisfy(
      (error: Error) => !error.message.includes(key.text.slice(0, 30)),
    )
    await expect(readRecipients({ recipients: [] })).rejects.toMatchObject({ code: 'E_USAGE' })
    await expect(readRecipients({ recipients: ['age1wrong'] })).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})

function flip(sealed: Buffer, at: number): Buffer {
  const copy = Buffer.from(sealed)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function exchange(sealed: Buffer, from: number): Buffer {
  const [a, b, c] = [from, from + sealedPiece, from + 2 * sealedPiece]
  return Buffer.concat([sealed.subarray(0, a), sealed.subarray(b, c), sealed.subarray(a, b), sealed.subarray(c)])
}

function twice(sealed: Buffer, from: number): Buffer {
  const end = from + sealedPiece
  return Buffer.concat([sealed.subarray(0, end), sealed.subarray(from, end), sealed.subarray(end)])
}
