import { Fault, formatBytes, scrubLine } from '../core/index.ts'
import { isDump } from './choose-restore.ts'
import { digestFile, type DigestOptions, type FileDigest } from './digest-file.ts'
import type { BackupFile, BackupPart, BackupSet, FileCheck } from './types.ts'

export type CheckFilesOptions = Pick<DigestOptions, 'signal' | 'onBytes'>

const takeAgain = 'do not rely on this set: copy it again from where it was made, or take a fresh backup'

/**
 * Reads every file of a set from end to end and compares size and SHA-256 with what was written down at backup time.
 * One answer a file, in order of names, then the files that should not be there. Costs one sequential read.
 *
 * It does not prove that nobody changed a file *and* its manifest: a manifest is not signed.
 */
export async function checkFiles(set: BackupSet, options: CheckFilesOptions = {}): Promise<FileCheck[]> {
  const checks: FileCheck[] = []
  for (const file of set.files) {
    for (const part of file.parts) checks.push(await checkPart(file, part, options))
  }
  for (const name of set.extra) checks.push(extra(name))
  return checks
}

async function checkPart(file: BackupFile, part: BackupPart, options: CheckFilesOptions): Promise<FileCheck> {
  const { expected } = part
  const digest = part.present ? await digestIfThere(part, options) : null
  const found = {
    name: part.name,
    file: file.name,
    expected,
    bytes: digest?.bytes ?? null,
    sha256: digest?.sha256 ?? null,
  }
  const label = scrubLine(part.name)
  if (digest === null) {
    return { ...found, state: 'missing', message: `${label} is not there`, hint: takeAgain }
  }
  if (expected?.bytes !== undefined && expected.bytes !== null && expected.bytes !== digest.bytes) {
    const was = `${expected.bytes} bytes (${formatBytes(expected.bytes)})`
    const message = `${label} has ${digest.bytes} bytes (${formatBytes(digest.bytes)}), and had ${was}`
    return { ...found, state: 'changed', message, hint: takeAgain }
  }
  if (expected?.sha256 && expected.sha256 !== digest.sha256) {
    const message = `${label} is not what it was: SHA-256 ${digest.sha256.slice(0, 16)}…, not ${expected.sha256.slice(0, 16)}…`
    return { ...found, state: 'changed', message, hint: takeAgain }
  }
  // A part of a directory dump may be small; a dump of nothing is none, however well sealed. Changes may be none.
  if (
    digest.bytes === 0 &&
    isDump(file) &&
    file.kind !== 'changes' &&
    (file.form === 'file' || part.name.endsWith('toc.dat'))
  ) {
    const hint = 'take a fresh backup, and look at the exit status of the command that writes it'
    return { ...found, state: 'empty', message: `${label} is empty`, hint }
  }
  if (expected?.sha256) return { ...found, state: 'intact', message: `${label} is as it was sealed`, hint: null }
  const weak = expected ? 'only its size is known from backup time (and agrees)' : 'nothing was written down about it'
  return {
    ...found,
    state: 'unsealed',
    message: `${label}: ${weak}`,
    hint: 'seal sets as they are made: `rehearse backup`, or `rehearse backup --import <folder>`',
  }
}

async function digestIfThere(part: BackupPart, options: CheckFilesOptions): Promise<FileDigest | null> {
  try {
    return await digestFile(part.path, options)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code === 'ENOENT') return null
    if (code === 'ELOOP' || code === 'ENXIO') {
      throw new Fault('E_BACKUP_UNSAFE_FILE', `${part.name} was replaced while it was being read`, {
        hint: 'nothing may write into a set while it is rehearsed',
        cause,
      })
    }
    throw new Fault('E_FILE_UNREADABLE', `cannot read ${part.name}`, {
      hint: 'check its permissions and the disk',
      cause,
    })
  }
}

function extra(name: string): FileCheck {
  return {
    name,
    file: null,
    state: 'extra',
    bytes: null,
    sha256: null,
    expected: null,
    message: `${scrubLine(name)} is in the set and not in its manifest`,
    hint: 'find out who put it there',
  }
}
