import { join } from 'node:path'
import { Fault, formatBytes, formatCount, scrubLine } from '../../core/index.ts'
import { digestFile, type DigestOptions, type FileDigest } from '../digest-file.ts'
import type { BackupSet, FileCheck } from '../types.ts'
import { hasStorageFiles, storageFolder, storageManifest } from './names.ts'
import { readStorageFiles, type StorageFile } from './read-storage.ts'

/* Named one by one; the rest are counted. */
const mostNamed = 500

const takeAgain = 'do not rely on these files: copy the set again from where it was made, or download them again'

/**
 * Reads every file of Storage in a set and holds it against the storage manifest, which is a file of the set like any other.
 * One answer for those that are intact, and one for each that is not. Of an encrypted set, nothing: they are one file there.
 */
export async function checkStorage(
  set: Pick<BackupSet, 'manifest' | 'root'>,
  options: Pick<DigestOptions, 'signal' | 'onBytes'> = {},
): Promise<readonly FileCheck[]> {
  if (!hasStorageFiles(set.manifest)) return []
  const expected = set.manifest.storage
  const checks: FileCheck[] = []
  const count = { objects: 0, bytes: 0 }
  let bad = 0
  try {
    for await (const file of readStorageFiles(join(set.root, storageManifest))) {
      count.objects += 1
      count.bytes += file.bytes
      const wrong = await checkOne(set.root, file, options)
      if (wrong === null) continue
      bad += 1
      if (bad <= mostNamed) checks.push(wrong)
    }
  } catch (thrown) {
    // That it is missing or changed is said of it as of every file of the set.
    if (thrown instanceof Fault && thrown.kind === 'backup')
      return [...checks, damaged(storageManifest, thrown.message)]
    throw thrown
  }
  if (bad > mostNamed)
    checks.push(damaged(`${storageFolder}/files`, `${formatCount(bad - mostNamed)} more are damaged`))
  if (count.objects !== expected.objects || count.bytes !== expected.bytes) {
    const was = `${formatCount(expected.objects)} files (${formatBytes(expected.bytes)})`
    const message = `${storageManifest} names ${formatCount(count.objects)} files (${formatBytes(count.bytes)}); sealed were ${was}`
    checks.push(damaged(storageManifest, message))
  }
  if (checks.length > 0) return checks
  const message = `${formatCount(count.objects)} files of Storage (${formatBytes(count.bytes)}) are as they were downloaded`
  return [{ ...blank, name: `${storageFolder}/files`, state: 'intact', message, hint: null }]
}

const blank = { file: null, bytes: null, sha256: null, expected: null }

async function checkOne(root: string, file: StorageFile, options: DigestOptions): Promise<FileCheck | null> {
  const digest = await digestIfThere(join(root, file.name), options)
  const label = scrubLine(file.name)
  if (digest === null) {
    return { ...blank, name: file.name, state: 'missing', message: `${label} is not there`, hint: takeAgain }
  }
  if (digest.bytes === file.bytes && digest.sha256 === file.sha256) return null
  return damaged(file.name, `${label} is not what it was: ${digest.bytes} bytes, and had ${file.bytes}`)
}

function damaged(name: string, message: string): FileCheck {
  return { ...blank, name, state: 'changed', message, hint: takeAgain }
}

async function digestIfThere(path: string, options: DigestOptions): Promise<FileDigest | null> {
  try {
    return await digestFile(path, options)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw thrown
  }
}
