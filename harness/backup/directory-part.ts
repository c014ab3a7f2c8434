/* What pg_dump -Fd writes: toc.dat, a file a table, and large objects in either layout. */
const written = /^(?:toc\.dat|\d+\.dat|blob_\d+\.dat|blobs(?:_\d+)?\.toc)(?:\.(?:gz|lz4|zst))?$/

/** A file of a dump in directory format, by its name: what else lies in that folder is no part of the dump. */
export function isDirectoryPart(name: string): boolean {
  return written.test(name.slice(name.lastIndexOf('/') + 1))
}

/** `dump/toc.dat` → `dump`; null for what does not make its folder a dump in directory format. */
export function folderOfDump(name: string): string | null {
  return name.endsWith('/toc.dat') ? name.slice(0, -'/toc.dat'.length) : null
}

/** Folders (`''` is the one the names are relative to) with rows that pg_dump -Fd wrote, and without the `toc.dat` that it writes last. */
export function unfinishedFolders(names: readonly string[]): string[] {
  const parts = names.filter((name) => /(?:^|\/)\d+\.dat(?:\.(?:gz|lz4|zst))?$/.test(name))
  const folders = new Set(parts.map((name) => name.slice(0, Math.max(0, name.lastIndexOf('/')))))
  return [...folders].filter((folder) => !names.includes(folder === '' ? 'toc.dat' : `${folder}/toc.dat`))
}
