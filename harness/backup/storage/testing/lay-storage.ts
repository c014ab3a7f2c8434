import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')

/** Names that trip archives, readers of sets and file systems; none of them is a dump. */
export const stored: Readonly<Record<string, string>> = {
  'files/avatars/anna.png': 'a picture of Anna',
  'files/avatars/.well-known/.emptyFolderPlaceholder': '',
  'files/avatars/full_database_backup.sql': '-- not a dump',
  'files/avatars/toc.dat': 'PGDMP',
  [`files/reports/${'a long name '.repeat(12)}/Jahresbericht für Österreich.pdf`]: '%PDF-1.7'.repeat(200),
}

export const storedBytes = Object.values(stored).reduce((sum, content) => sum + Buffer.byteLength(content), 0)

/** What `rehearse storage download` leaves in the folder of a set. */
export async function layStorage(set: string): Promise<void> {
  const lines: string[] = []
  for (const [path, content] of Object.entries(stored)) {
    const to = join(set, 'storage', path)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, content)
    lines.push(
      `${JSON.stringify({ bucket: 'b', name: path, bytes: Buffer.byteLength(content), sha256: sha256(content), path })}\n`,
    )
  }
  const manifest = lines.join('')
  await writeFile(join(set, 'storage/storage-manifest.jsonl'), manifest)
  const summary = { objects: lines.length, bytes: storedBytes, manifest: sha256(manifest) }
  await writeFile(join(set, 'storage/storage-summary.json'), JSON.stringify(summary))
}
