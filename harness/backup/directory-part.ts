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
