import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret, systemClock } from '../../../core/index.ts'
import {
  startStorageServer,
  type StorageServer,
  type StorageServerOptions,
} from '../../../../fixtures/storage-server/index.ts'
import { downloadStorage, openStorage, type Downloaded, type StorageProject } from '../index.ts'

const undone: (() => Promise<void>)[] = []

function laterOn(undo: () => Promise<void>): void {
  undone.push(undo)
}

/** After each test: servers and folders. */
export async function putAway(): Promise<void> {
  await Promise.all(undone.splice(0).map((undo) => undo()))
}

/** No test waits for a second. */
const hasty = { attempts: 4, pauseMs: 5, longestPauseMs: 2_000 }

export async function serverFor(options: StorageServerOptions = {}): Promise<StorageServer> {
  const server = await startStorageServer(options)
  laterOn(async () => server[Symbol.asyncDispose]())
  return server
}

export async function projectOf(
  server: StorageServer,
  more: { idleMs?: number; signal?: AbortSignal } = {},
): Promise<StorageProject> {
  return await openStorage({
    url: server.url,
    key: new Secret(server.key, 'env:SUPABASE_SECRET_KEY'),
    signal: new AbortController().signal,
    patience: hasty,
    ...more,
  })
}

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearse-storage-'))
  laterOn(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function download(server: StorageServer, folder: string): Promise<Downloaded> {
  return await downloadStorage(await projectOf(server), {
    folder,
    clock: systemClock,
    signal: new AbortController().signal,
    parallel: 4,
  })
}

/** Buckets with limits, names that trip URLs and file systems, an empty object, one uploaded in parts. */
export function stock({ shelf }: StorageServer): readonly string[] {
  shelf.addBucket('avatars', { public: true, file_size_limit: 1_000_000, allowed_mime_types: ['image/*'] })
  shelf.addBucket('reports 2026')
  shelf.addBucket('empty')
  for (const name of awkwardNames) {
    shelf.put('reports 2026', name, { content: Buffer.from(`report ${name}`), mimetype: 'text/plain' })
  }
  shelf.put('avatars', 'a/1.png', {
    content: Buffer.alloc(70_000, 7),
    mimetype: 'image/png',
    cacheControl: 'max-age=31536000, immutable',
    userMetadata: { taken_by: 'Anna', sizeOfShoe: 38 },
  })
  shelf.put('avatars', 'a/.emptyFolderPlaceholder', { content: Buffer.alloc(0), mimetype: 'image/png' })
  shelf.put('avatars', 'parts.png', {
    content: Buffer.alloc(900, 1),
    mimetype: 'image/png',
    etag: '"0123456789abcdef0123456789abcdef-2"',
  })
  return shelf.buckets.flatMap(({ id }) => shelf.names(id).map((name) => `${id}/${name}`))
}

export const awkwardNames = [
  'plain.txt',
  '50% off.txt',
  '100%25.txt',
  'which?.txt',
  'a#b.txt',
  'a&b=c;d+e,f.txt',
  'Grüße/日本語 🎉.txt',
  'folder',
  'folder/inside.txt',
  'folder/deeper/inside.txt',
  'up/../../down.txt',
  'double//slash.txt',
  'ends with a slash/',
  './dot.txt',
  'colon: "quoted" <a|b>*.txt',
  'back\\slash.txt',
  'trailing dot.',
  'CON',
  'line\nbreak.txt',
  `${'long'.repeat(70)}.txt`,
]
