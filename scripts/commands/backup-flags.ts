import { InvalidArgumentError } from 'commander'
import type { ConfigFlags } from '../../harness/config/index.ts'

export interface BackupFlags extends Pick<ConfigFlags, 'recipients' | 'identity' | 'signingKey'> {
  readonly from?: string
  readonly import?: string
  readonly derive?: string
  readonly out: string
  readonly format: 'custom' | 'directory'
  readonly compress?: string
  readonly jobs: number
  readonly artefacts: 'none' | 'all'
  readonly critical?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly purpose?: string
  readonly label?: string
  readonly retention?: string
  readonly by?: string
  readonly rolePasswords: boolean
  readonly storage?: boolean
  readonly url?: string
  readonly key?: string
  readonly askAbove: number
  readonly yes?: boolean
  readonly protect?: boolean
  readonly config?: string
  readonly strict?: boolean
  readonly json?: boolean
}

/** A slip in it would be found by pg_dump, which is asked when tables are locked. */
export function compressMethod(value: string): string {
  if (/^(?:\d|(?:none|gzip|lz4|zstd)(?::[\w=,-]+)?)$/.test(value)) return value
  throw new InvalidArgumentError('none, gzip, lz4, zstd (with a level: zstd:9), or 0 to 9')
}

export function wholeNumber(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number
  throw new InvalidArgumentError('a whole number from 1 to 64')
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
