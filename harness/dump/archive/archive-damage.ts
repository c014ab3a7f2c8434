import type { FaultCode } from '../../core/index.ts'
import type { ProblemText } from '../problem.ts'

/** What ends the reading of an archive: thrown where it is found, told as a problem of the dump where it is caught. */
export class ArchiveDamage extends Error {
  override readonly name = 'ArchiveDamage'
  readonly text: ProblemText

  constructor(code: FaultCode, message: string, hint: string) {
    super(message)
    this.text = { code, message, hint }
  }
}

export function damaged(message: string): ArchiveDamage {
  return new ArchiveDamage(
    'E_DUMP_DAMAGED',
    `the archive is damaged: ${message}`,
    'compare its checksum with the one taken when it was written; use another copy',
  )
}

export function cutOff(message: string): ArchiveDamage {
  return new ArchiveDamage(
    'E_DUMP_TRUNCATED',
    `the archive was cut short: ${message}`,
    'compare its size with what was uploaded; take a fresh dump',
  )
}

export function hostile(message: string): ArchiveDamage {
  return new ArchiveDamage(
    'E_DUMP_HOSTILE',
    `the archive ${message}, which pg_dump never writes`,
    'do not unpack this archive or give it to pg_restore; find out who wrote it, and where the real dump is',
  )
}
