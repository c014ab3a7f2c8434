import { readFile } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'

/** Who can decrypt: public keys, by themselves or in files with one a line. At least one; each once. */
export async function readRecipients(given: {
  readonly recipients?: readonly string[] | undefined
  readonly files?: readonly string[] | undefined
}): Promise<readonly string[]> {
  const lines = [...(given.recipients ?? [])]
  for (const path of given.files ?? []) {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new Fault('E_PATH_NOT_FOUND', `cannot read the recipients in ${path}`, { hint: 'check the path', cause })
    })
    lines.push(...text.split(/\r?\n/))
  }
  const recipients = [
    ...new Set(lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))),
  ]
  if (recipients.length === 0) {
    throw new Fault('E_USAGE', 'nobody is named who could decrypt the set', { hint: 'name a recipient: age1…' })
  }
  const { Encrypter } = await import('age-encryption')
  for (const recipient of recipients) {
    if (/^AGE-SECRET-KEY-/i.test(recipient)) {
      throw new Fault('E_SECRET_IN_ARGUMENT', 'a private key stands where a recipient is meant', {
        hint: 'give its public key: age-keygen -y key.txt; make a new one if this was logged',
      })
    }
    try {
      new Encrypter().addRecipient(recipient)
    } catch (cause) {
      throw new Fault('E_USAGE', `"${recipient.slice(0, 70)}" is no age recipient`, {
        hint: 'age-keygen -y key.txt prints one: age1…',
        cause,
      })
    }
  }
  return recipients
}
