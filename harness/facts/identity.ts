const plain = /^[\p{L}\p{N}_$-]+$/u

/** The parts of nearly every name, and with them nearly every name, up to its signature. */
const simple = /^[A-Za-z0-9_$-]+$/
const simplePath = /^[A-Za-z0-9_$.-]+(?=$|\()/

/**
 * An object's name as facts and findings spell it: `public.users.email`. A part is quoted only where it could be
 * misread (dots, spaces, quotes, brackets): mixed case stays as it is, so that names equal those in the dump.
 */
export function identityOf(parts: readonly string[], signature: string | null = null): string {
  return parts.map(spell).join('.') + (signature === null ? '' : `(${signature})`)
}

function spell(part: string): string {
  return simple.test(part) || plain.test(part) ? part : `"${part.replaceAll('"', '""')}"`
}

/** The parts that {@link identityOf} joined, without the signature. */
export function partsOfIdentity(identity: string): string[] {
  const [path] = simplePath.exec(identity) ?? []
  const simpleParts = path?.split('.')
  return simpleParts?.every((part) => part !== '') ? simpleParts : anyParts(identity)
}

/** The same of every name, quoted ones too. */
export function anyParts(identity: string): string[] {
  const parts: string[] = []
  const pattern = /"((?:[^"]|"")*)"|([\p{L}\p{N}_$-]+)/uy
  for (;;) {
    const match = pattern.exec(identity)
    if (!match) return parts
    parts.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    if (identity[pattern.lastIndex] !== '.') return parts
    pattern.lastIndex += 1
  }
}
