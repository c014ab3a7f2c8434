import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Fault, Secret } from '../../core/index.ts'

/* An identity is a line of under 2,500 characters; a file of them is short. */
const maxBytes = 1 << 16

/** Private keys, and where they came from. */
export interface Identities {
  readonly secrets: readonly Secret[]
  /** May be printed: `env:NAME` or a path. */
  readonly source: string
  /** The public keys that belong to them. */
  readonly recipients: readonly string[]
}

/** `env:NAME`, or the path of a file. Its content never comes by an argument. */
export type KeyPlace = string

/** Identities as age-keygen writes them: comments, and a key a line. Refuses a file that others may read. */
export async function readIdentities(
  place: KeyPlace,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Identities> {
  const text = await readKeyText(place, environment)
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0) throw noKey(place, 'holds no identity')
  const { identityToRecipient } = await import('age-encryption')
  const recipients: string[] = []
  for (const line of lines) {
    recipients.push(
      await identityToRecipient(line).catch((cause: unknown) => {
        // Its message may repeat what it was given.
        throw noKey(place, `holds a line that is no age identity (${cause instanceof Error ? cause.name : 'unknown'})`)
      }),
    )
  }
  return { secrets: lines.map((line) => new Secret(line, place)), source: place, recipients }
}

/** A key's text: from a variable, or from a file of mode 0600 or narrower. */
export async function readKeyText(
  place: KeyPlace,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (/^AGE-SECRET-KEY-|PRIVATE KEY/i.test(place)) {
    throw new Fault('E_SECRET_IN_ARGUMENT', 'a private key is written out', {
      hint: 'put it into a file that only you can read, or into a variable: env:NAME; make a new one if this was logged',
    })
  }
  const variable = /^env:(\w+)$/.exec(place)?.[1]
  if (variable !== undefined) {
    const value = environment[variable]
    if (value === undefined || value.trim() === '') {
      throw new Fault(
        'E_ENV_MISSING',
        `${place} is named, and ${variable} is ${value === undefined ? 'not set' : 'empty'}`,
        {
          hint: 'set it to the content of the key file, or name the file',
        },
      )
    }
    return value
  }
  const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new Fault('E_PATH_NOT_FOUND', `cannot open the key file ${place}`, {
      hint: 'check its path and permissions',
      cause,
    })
  })
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > maxBytes) throw noKey(place, 'is no key file')
    if ((found.mode & 0o077) !== 0) throw noKey(place, 'may be read by others: chmod 600 it')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function noKey(place: string, what: string): Fault {
  return new Fault('E_USAGE', `${place} ${what}`, {
    hint: 'age-keygen -o key.txt writes one; only its owner may be able to read it',
  })
}
