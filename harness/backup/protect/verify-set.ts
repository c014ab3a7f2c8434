import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { asFault, faultCodes, type FaultCode } from '../../core/index.ts'
import { checkFiles } from '../check-files.ts'
import { manifestName } from '../manifest-name.ts'
import { checkStorage } from '../storage/index.ts'
import type { BackupPart, BackupSet, FileCheck, Manifest } from '../types.ts'
import { decryptFile } from './decrypt-file.ts'
import type { Identities } from './identities.ts'
import type { ReadChunksOptions } from './read-chunks.ts'
import { digestManifest, readSeen, rememberSeen } from './sequence-memory.ts'
import { publicText } from './sign-manifest.ts'
import { judgeTrust, type SetFinding } from './trust.ts'
import { judgeKey } from './unlock-set.ts'

export interface VerifyOptions extends ReadChunksOptions {
  readonly identities: Identities | null
  readonly publicKey: KeyObject | null
  /** Where it is remembered which signed sets were seen; null: nowhere. */
  readonly memory: string | null
  /** It was chosen as the newest of several. */
  readonly isLatest: boolean
}

/**
 * Reads a set again from end to end: sums, manifest against files, signature, and that it decrypts. Restores nothing and
 * needs no server. Never throws for what the set is; an interrupt and a defect do.
 */
export async function verifySet(set: BackupSet, options: VerifyOptions): Promise<readonly SetFinding[]> {
  const findings = set.problems
    .filter(({ notice }) => !notice)
    .map(({ code, object, message, hint }) => result(code, object, message, hint))
  findings.push(...(await trustOf(set, options)))
  const said = new Set(findings.map(({ object }) => object))
  const checks = await checkFiles(set, options)
  findings.push(...checks.filter((check) => check.state === 'intact' || !said.has(check.name)).flatMap(ofCheck))
  findings.push(...(await checkStorage(set, options)).flatMap(ofCheck))
  if (set.manifest?.encryption) findings.push(...(await decryptability(set, set.manifest, checks, options)))
  return findings
}

/** What the manifest's signature says, and its number in the row. */
export async function trustOf(set: BackupSet, options: VerifyOptions): Promise<readonly SetFinding[]> {
  const { publicKey, memory, isLatest } = options
  if (!set.manifest) {
    return publicKey === null
      ? []
      : [result('E_BACKUP_SIGNATURE', null, 'signature: it has no manifest that could be signed', 'do not restore it')]
  }
  const digest = await digestManifest(join(set.root, manifestName))
  const key = publicKey && publicText(publicKey)
  const seen = memory && key ? await readSeen(memory, key) : null
  const findings = judgeTrust(set.manifest, { publicKey, seen, isLatest, digest })
  const isTrusted = findings.length > 0 && findings.every(({ status }) => status === 'same')
  if (isTrusted && memory && key && set.manifest.sequence !== undefined) {
    await rememberSeen(memory, key, { sequence: set.manifest.sequence, digest })
  }
  return findings
}

async function decryptability(
  set: BackupSet,
  manifest: Manifest,
  checks: readonly FileCheck[],
  { identities, ...options }: VerifyOptions,
): Promise<SetFinding[]> {
  const parts = new Map(set.files.flatMap((file) => file.parts).map((part) => [part.name, part]))
  if (identities === null) {
    const message = `whether its ${manifest.files.length} encrypted files can be decrypted is not known: no identity was given`
    return [result('E_KEY_MISSING', null, message, 'REHEARSAL_IDENTITY=env:NAME or a key file; --identity')]
  }
  const findings: SetFinding[] = []
  for (const file of manifest.files) {
    const part = parts.get(file.name)
    if (!part?.present || !checks.some(({ name, bytes }) => name === file.name && bytes !== null)) continue
    const found = await tryDecrypt(part, file, manifest, identities, options)
    findings.push(found)
    // The next file would say the same of the same key.
    if (found.code === 'E_KEY_WRONG') break
  }
  return findings
}

async function tryDecrypt(
  part: BackupPart,
  file: Manifest['files'][number],
  manifest: Manifest,
  identities: Identities,
  options: ReadChunksOptions,
): Promise<SetFinding> {
  try {
    const { plain } = await decryptFile(part.path, identities, { signal: options.signal })
    if (file.plain && plain.sha256 !== file.plain.sha256) {
      const message = `${file.name} decrypts to something else than was backed up`
      return result('E_CIPHERTEXT_DAMAGED', file.name, message, 'do not rely on this set')
    }
    return {
      status: 'same',
      code: null,
      object: file.name,
      message: `${file.name} decrypts to what was backed up`,
      hint: null,
    }
  } catch (thrown) {
    const fault = judgeKey(asFault(thrown), manifest, identities)
    if (fault.kind === 'defect' || fault.code === 'E_INTERRUPTED') throw thrown
    return result(fault.code, file.name, `${file.name}: ${fault.message}`, fault.hint)
  }
}

function ofCheck({ state, name, message, hint }: FileCheck): SetFinding[] {
  switch (state) {
    case 'intact':
      return [{ status: 'same', code: null, object: name, message, hint: null }]
    case 'unsealed':
      return [{ status: 'not-checked', code: null, object: name, message, hint }]
    case 'missing':
      return [result('E_BACKUP_FILE_MISSING', name, message, hint)]
    case 'changed':
      return [result('E_DUMP_DAMAGED', name, message, hint)]
    case 'empty':
      return [result('E_DUMP_EMPTY', name, message, hint)]
    case 'extra':
      // Judged with the set's problems, where it matters.
      return []
    default:
      throw new TypeError(`unhandled ${JSON.stringify(state satisfies never)}`)
  }
}

function result(code: FaultCode, object: string | null, message: string, hint: string | null): SetFinding {
  return { status: faultCodes[code] === 'backup' ? 'differs' : 'not-checked', code, object, message, hint }
}
