import { basename, dirname, join } from 'node:path'
import { classifyFiles } from './classify-files.ts'
import { isDirectoryPart } from './directory-part.ts'
import { compareText, type FoundFile } from './walk-set.ts'
import type { BackupFile, BackupPart, ExpectedFile, Manifest } from './types.ts'

/** A set's artefacts: the files a manifest lists (there or not), a directory-format dump's parts as one. */
export function artefactsOfManifest(
  root: string,
  manifest: Manifest,
  found: ReadonlyMap<string, FoundFile>,
): BackupFile[] {
  const parts = manifest.files.map(({ name, bytes, sha256 }) =>
    partOf(root, name, found.get(name), { from: 'manifest', bytes, sha256 }),
  )
  const listed = new Map(manifest.files.map((file) => [file.name, file]))
  return gather(root, parts, (names) => {
    const files = names.flatMap((name) => listed.get(name) ?? [])
    const rows = files.flatMap((file) => file.rows ?? [])
    return {
      kind: (files.find(({ name }) => name.endsWith('toc.dat')) ?? files[0])?.kind ?? 'other',
      kindSource: 'manifest',
      rows: rows.length > 0 ? rows.reduce((sum, count) => sum + count, 0) : null,
    }
  })
}

/** The artefacts of a set without a manifest, by their names. */
export function artefactsOfNames(
  root: string,
  found: readonly FoundFile[],
  expected: ReadonlyMap<string, ExpectedFile>,
): BackupFile[] {
  const kinds = classifyFiles(found.map(({ name }) => name))
  const parts = found.map((file) => partOf(root, file.name, file, expected.get(file.name) ?? null))
  return gather(root, parts, (names) => ({
    kind: kinds.get(names[0] ?? '') ?? 'other',
    kindSource: 'name',
    rows: null,
  }))
}

function partOf(root: string, name: string, found: FoundFile | undefined, expected: ExpectedFile | null): BackupPart {
  return {
    name,
    path: found?.path ?? join(root, name),
    present: found !== undefined,
    bytes: found?.bytes ?? 0,
    expected,
  }
}

type Naming = (names: readonly string[]) => Pick<BackupFile, 'kind' | 'kindSource' | 'rows'>

function gather(root: string, parts: readonly BackupPart[], naming: Naming): BackupFile[] {
  const directories = new Set(
    parts.filter(({ name }) => /(?:^|\/)toc\.dat$/.test(name)).map(({ name }) => folderOf(name)),
  )
  const byArtefact = new Map<string, BackupPart[]>()
  for (const part of parts) {
    const folder = folderOf(part.name)
    /* Beside a directory dump's own parts only its manifest may lie. */
    const artefact = directories.has(folder) && isDirectoryPart(part.name) ? folder || basename(root) : part.name
    byArtefact.set(artefact, [...(byArtefact.get(artefact) ?? []), part])
  }
  return [...byArtefact]
    .map(([name, own]): BackupFile => {
      const only = own.length === 1 && own[0]?.name === name ? own[0] : null
      return {
        name,
        path: only?.path ?? folderPath(root, own),
        ...naming(own.map((part) => part.name)),
        form: only ? 'file' : 'directory',
        bytes: own.reduce((sum, part) => sum + part.bytes, 0),
        sha256: only?.expected?.sha256 ?? null,
        parts: own,
      }
    })
    .sort((a, b) => compareText(a.name, b.name))
}

/** Where the parts of a directory dump lie: not its own name's place when the set is the dump. */
function folderPath(root: string, parts: readonly BackupPart[]): string {
  const folder = dirname(parts[0]?.name ?? '.')
  return folder === '.' ? root : join(root, folder)
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}
