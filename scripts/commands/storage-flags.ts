import { InvalidArgumentError } from 'commander'
import { Fault, parseBytes, Secret } from '../../harness/core/index.ts'

/** A key is named, never typed: it would stand in the shell's history and in every process list. */
export function nameKey(typed: string): Secret {
  const name = /^env:([A-Za-z_]\w*)$/.exec(typed)?.[1]
  if (name === undefined) {
    throw new Fault('E_SECRET_IN_ARGUMENT', 'the key is written out', {
      hint: 'put it into an environment variable and name that: --key env:SUPABASE_SECRET_KEY; change the key if this was logged',
    })
  }
  const value = process.env[name]?.trim()
  if (value !== undefined && value !== '') return new Secret(value, typed)
  throw new Fault('E_ENV_MISSING', `${name} is not set`, {
    hint: `set it to the secret key of the project (sb_secret_…, or service_role), or name another: --key env:NAME`,
    facts: { variable: name },
  })
}

/** Of `"$UNSET"` nothing is left, and it is not meant to be the folder we are in. */
export function folderOf(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('it is empty')
}

export function sizeOf(text: string): number {
  try {
    return parseBytes(text)
  } catch (thrown) {
    if (thrown instanceof Fault) throw new InvalidArgumentError(thrown.message)
    throw thrown
  }
}

export function widthOf(text: string): number {
  const width = Number(text)
  if (Number.isInteger(width) && width >= 1 && width <= 64) return width
  throw new InvalidArgumentError('write a number from 1 to 64')
}
