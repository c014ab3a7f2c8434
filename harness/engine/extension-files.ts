/**
 * The extensions of a folder of control files and scripts, and the versions each can be created in: those that a script
 * makes, and those that update scripts lead on to from there.
 * https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-UPDATES
 */
export function readExtensionFiles(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = files.flatMap((file) => /^([^/]+)\.control$/.exec(file)?.[1] ?? [])
  const scripts = Map.groupBy(
    files.flatMap((file) => {
      const [, name, first, next] = /^(.+?)--(.+?)(?:--(.+))?\.sql$/.exec(file) ?? []
      return name === undefined || first === undefined ? [] : [{ name, first, next }]
    }),
    ({ name }) => name,
  )
  return new Map(names.map((name) => [name, reachable(scripts.get(name) ?? [])]))
}

function reachable(scripts: readonly { readonly first: string; readonly next: string | undefined }[]): string[] {
  const found = new Set(scripts.filter(({ next }) => next === undefined).map(({ first }) => first))
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const { first, next } of scripts) if (next !== undefined && found.has(first)) found.add(next)
  }
  return [...found].sort()
}
