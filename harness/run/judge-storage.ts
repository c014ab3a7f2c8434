import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { storageFolder as folderName, storageManifest, type BackupSet } from '../backup/index.ts'
import { countOf, Fault, formatBytes, formatCount } from '../core/index.ts'
import { beginReadOnly } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import {
  compareRow,
  countRows,
  extraFiles,
  hasStorage,
  ManifestIndex,
  readRows,
  storageManifestName,
  storageMarks,
  verifyFiles,
  type StorageDifference,
} from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'
import type { Situation } from './situation.ts'

/* Named one by one; a Storage that is gone altogether needs no hundred thousand findings to say so. */
const mostNamed = 500

const onCopy = { statementTimeoutMs: 120_000, lockTimeoutMs: 10_000 } as const

/** Whether the set brings files of Storage, whole or not: the check is then required. */
export async function findStorage(set: BackupSet): Promise<string | null> {
  // Of a set that was encrypted they lie elsewhere, beside the manifest that was decrypted.
  const sealed = set.files.find(({ name }) => name === storageManifest)
  const folder = sealed ? dirname(sealed.path) : join(set.root, folderName)
  for (const name of storageMarks) {
    try {
      await access(join(folder, name))
      return folder
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR')))
        throw thrown
    }
  }
  return null
}

/** The rows of Storage in the restored copy against the files of the set; without files, a word on what is left out. */
export async function judgeStorage(
  folder: string | null,
  session: Session,
  { signal }: Situation,
  book: FindingBook,
): Promise<void> {
  try {
    await session.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
    await beginReadOnly(session, onCopy)
    try {
      if (folder === null) await saySilence(session, book)
      else await judgeFiles(folder, session, signal, book)
    } finally {
      await session.query('ROLLBACK')
    }
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.kind === 'defect' || thrown.kind === 'refused') throw thrown
    if (folder === null) book.notice('storage', null, `storage.objects could not be read: ${thrown.message}`)
    else book.fault('storage', null, thrown)
  }
}

async function saySilence(session: Session, book: FindingBook): Promise<void> {
  if (!(await hasStorage(session))) return
  for (const { bucket, objects, bytes } of await countRows(session)) {
    const count = `${countOf(objects, 'object')}, ${formatBytes(bytes)}`
    const remedy = `bring them into the set: rehearse storage download <set>/${folderName}`
    book.notice('storage', bucket, `bucket ${bucket}: its files are not in this backup (${count})`, remedy)
  }
}

async function judgeFiles(folder: string, session: Session, signal: AbortSignal, book: FindingBook): Promise<void> {
  const before = book.findings.length
  const { problems, objects, bytes, interrupted } = await verifyFiles(folder, { signal })
  for (const { object, what } of problems.slice(0, mostNamed)) {
    book.differs('storage', object, `${object}: ${what} since the download`, {
      gravity: 'lost data',
      remedy: 'download it again, or take the set from where it is whole',
    })
  }
  if (interrupted) book.notice('storage', folderName, 'a later download into this folder was begun and has not ended')
  if (!(await hasStorage(session))) {
    const remedy = 'dump the schema storage too, or its rows'
    book.notChecked('storage', null, 'the backup brings files, and no storage.objects to hold them against', remedy)
    return
  }
  using index = await ManifestIndex.open(join(folder, storageManifestName))
  if (!index) return
  const named = new Naming(book)
  for await (const page of readRows(session)) {
    signal.throwIfAborted()
    for (const row of page) for (const difference of compareRow(row, index)) named.add(difference)
  }
  for (const difference of extraFiles(index)) named.add(difference)
  named.end()
  if (book.findings.slice(before).every(({ notice }) => notice)) {
    book.same(
      'storage',
      null,
      `${countOf(objects, 'file')} (${formatBytes(bytes)}) ${objects === 1 ? 'is that' : 'are those'} of storage.objects`,
    )
  }
}

/** Differences as findings, each by name up to a number of each kind, the rest as one. */
class Naming {
  readonly #book: FindingBook
  readonly #counts = new Map<StorageDifference['kind'], number>()

  constructor(book: FindingBook) {
    this.#book = book
  }

  add(difference: StorageDifference): void {
    const { kind, bucket, name, row, file } = difference
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    if (count > mostNamed) return
    const object = `${bucket}/${name}`
    const message = `${object}: ${words[kind]}`
    if (notices.has(kind)) return this.#book.notice('storage', object, message, remedies[kind] ?? null)
    this.#book.differs('storage', object, message, {
      expected: row,
      actual: file,
      gravity: 'lost data',
      remedy: remedies[kind] ?? 'download Storage again, right after the dump',
    })
  }

  end(): void {
    for (const [kind, count] of this.#counts) {
      if (count <= mostNamed) continue
      const message = `${formatCount(count - mostNamed)} more: ${words[kind]}`
      if (notices.has(kind)) this.#book.notice('storage', `more: ${kind}`, message)
      else this.#book.differs('storage', `more: ${kind}`, message, { gravity: 'lost data' })
    }
  }
}

/** What is besides, or is later than the row: nothing of what the database names is lost. */
const notices: ReadonlySet<StorageDifference['kind']> = new Set(['extra file', 'newer than its row'])

const words: Readonly<Record<StorageDifference['kind'], string>> = {
  'missing file': 'the database names it, and the backup has no file of it',
  'extra file': 'a file that no row of storage.objects names',
  'wrong size': 'its file has another size than its row says',
  'wrong hash': 'its file is not what its ETag says',
  'older than its row': 'its file is an older version than the row’s',
  'newer than its row': 'its file is a newer version than the row’s: written between dump and download',
  'media type lost': 'its media type is not the row’s',
  'cache control lost': 'its cache control is not the row’s',
}

const remedies: Readonly<Partial<Record<StorageDifference['kind'], string>>> = {
  'extra file': 'it was uploaded after the dump, or its row was lost before it',
  'missing file': 'download Storage again; if it is not there either, the row is an orphan of production',
}
