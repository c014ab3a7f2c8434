import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSet } from '../../open-set.ts'
import { sealSet, type SealDetails } from '../../seal-set.ts'
import { appendHistory } from '../history.ts'
import { identifySet } from '../identify-set.ts'
import type { RehearsalEntry } from '../history-entry.ts'

const dump = (text: string) =>
  `--\n-- PostgreSQL database dump\n--\n\nSELECT '${text}';\n\n--\n-- PostgreSQL database dump complete\n--\n`

/** A folder of backup sets, and the history of what was said of them. */
export class SetFolder implements AsyncDisposable {
  readonly root: string
  readonly folder: string
  readonly history: string

  private constructor(root: string) {
    this.root = root
    this.folder = join(root, 'backups')
    this.history = join(root, 'history.jsonl')
  }

  static async create(): Promise<SetFolder> {
    const made = new SetFolder(await mkdtemp(join(tmpdir(), 'keep-')))
    await mkdir(made.folder)
    return made
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** A sealed set in a folder of its own; its digest. */
  async seal(name: string, createdAt: Date | string, details: SealDetails = {}): Promise<string> {
    const root = this.path(name)
    await mkdir(root, { recursive: true })
    await writeFile(join(root, 'full.sql'), dump(name))
    await sealSet(root, { createdAt, ...details })
    return identifySet(await openSet(root))
  }

  /** One more file of a set that is to be sealed. */
  async part(name: string, file: string): Promise<void> {
    await mkdir(this.path(name), { recursive: true })
    await writeFile(join(this.path(name), file), dump(file))
  }

  async loose(name: string): Promise<void> {
    await writeFile(this.path(name), dump(name))
  }

  /** A rehearsal of that set, on record. */
  async rehearsed(digest: string, answer: RehearsalEntry['answer'], finishedAt: Date): Promise<void> {
    await appendHistory(this.history, sampleEntry({ digest, answer, finishedAt: finishedAt.toISOString() }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}

export function sampleEntry(over: {
  readonly digest: string
  readonly answer?: RehearsalEntry['answer']
  readonly finishedAt?: string
  readonly id?: string
  readonly reason?: string
}): RehearsalEntry {
  const finishedAt = over.finishedAt ?? '2026-03-10T12:00:00.000Z'
  return {
    kind: 'rehearsal',
    version: 1,
    id: over.id ?? 'one',
    project: 'shop',
    startedAt: finishedAt,
    finishedAt,
    answer: over.answer ?? 'GO',
    reason: over.reason ?? 'every row is equal',
    set: { digest: over.digest, id: 'id', name: 'name', createdAt: null, location: '/backups' },
    tables: 3,
    rows: '42',
    databaseBytes: null,
    engine: 'embedded, Postgres 17.10',
    tool: '0.1.0',
  }
}
