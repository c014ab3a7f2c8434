import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { problem } from './problem.ts'
import type { FoundFile } from './walk-set.ts'
import type { BackupProblem, ExpectedFile } from './types.ts'

/* A list of digests is short; what is longer is something else. */
const maxBytes = 1 << 20
const listName = /^(?:sha256sums?(?:\.txt)?|checksums?\.(?:sha256|txt)|.*\.sha256sums?)$/i

export interface Sidecars {
  /** What was written down at backup time, by file name. A digest wins over a listed size. */
  readonly expected: ReadonlyMap<string, ExpectedFile>
  /** Files that `backup_info.txt` lists and that are not there. */
  readonly missing: readonly string[]
  readonly problems: readonly BackupProblem[]
}

/**
 * What lies beside unsealed dumps: `x.sql.sha256`, `SHA256SUMS`, and `backup_info.txt`, whose `ls -la` knows sizes.
 * Whoever could change a dump could change these too: they find accidents, not forgery.
 */
export async function readSidecars(files: readonly FoundFile[]): Promise<Sidecars> {
  const expected = new Map<string, ExpectedFile>()
  const missing: string[] = []
  const problems: BackupProblem[] = []
  const names = new Set(files.map((file) => file.name))

  for (const file of files.filter(({ name }) => name === 'backup_info.txt')) {
    for (const [name, bytes] of parseListing(await readSmall(file.path))) {
      if (name === file.name) continue
      if (names.has(name)) expected.set(name, { from: 'listing', bytes, sha256: null })
      else missing.push(name)
    }
  }
  for (const file of files) {
    const subject = /^(.+)\.sha256$/i.exec(file.name)?.[1] ?? null
    if (subject === null && !listName.test(file.name)) continue
    const digests = parseDigests(await readSmall(file.path), subject)
    if (digests.size === 0 && subject !== null && names.has(subject)) {
      problems.push(
        problem('E_BACKUP_MANIFEST', `${file.name} holds no SHA-256 digest`, {
          hint: 'write it with sha256sum, or remove it',
          object: file.name,
        }),
      )
    }
    for (const [name, sha256] of digests) {
      if (names.has(name)) expected.set(name, { from: 'sidecar', bytes: expected.get(name)?.bytes ?? null, sha256 })
    }
  }
  return { expected, missing, problems }
}

/** `ls -la`: sizes by name; folders, links and the total are passed over. */
export function parseListing(text: string): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^-[-rwxsStT]{9}[.+@]?\s+\d+\s+\S+\s+\S+\s+(\d{1,15})\s+\S+\s+\S+\s+\S+\s(.+)$/.exec(line)
    if (match?.[1] && match[2]) sizes.set(match[2], Number(match[1]))
  }
  return sizes
}

/** `sha256sum`'s lines, BSD's, or a bare digest; `subject` is the file that a line without a name speaks of. */
export function parseDigests(text: string, subject: string | null): Map<string, string> {
  const digests = new Map<string, string>()
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const gnu = /^\\?([0-9a-f]{64})(?:\s[ *]?(?:\.\/)?(.+))?\s*$/i.exec(line)
    const bsd = /^SHA256 \((?:\.\/)?(.+)\) = ([0-9a-f]{64})\s*$/i.exec(line)
    const digest = gnu?.[1] ?? bsd?.[2]
    /* A sidecar speaks of the file it is named after, wherever that lay when the digest was taken. */
    const name = subject ?? gnu?.[2] ?? bsd?.[1]
    if (digest && name !== undefined) digests.set(name, digest.toLowerCase())
  }
  return digests
}

async function readSmall(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
