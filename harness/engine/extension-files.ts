/**
 * The extensions of a folder of control files and scripts, and the versions each can be created in: those a script
 * makes, and those that update scripts lead on to. https://www.postgresql.org/docs/current/extend-extensions.html
 */
export function readExtensionFiles(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(files.flatMap((file) => /^([^/]+)\.control$/.exec(file)?.[1] ?? []))
  const found = new Map<string, Set<string>>([...names].map((name) => [name, new Set()]))
  for (const file of files) {
    const script = /^(.+?)--(.+)\.sql$/.exec(file)
    const versions = found.get(script?.[1] ?? '')
    for (const version of script?.[2]?.split('--').slice(-1) ?? []) versions?.add(version)
  }
  return new Map([...found].map(([name, versions]) => [name, [...versions].sort()]))
}
