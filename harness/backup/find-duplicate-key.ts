/**
 * The first key that stands twice in one object of a JSON text, or null. `JSON.parse` takes the last one silently, so
 * that two readers may read two manifests in one file. The text must be valid JSON.
 */
export function findDuplicateKey(text: string): string | null {
  /* One set of keys for every open object, null for every open array. */
  const open: (Set<string> | null)[] = []
  let expectsKey = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '{':
        open.push(new Set())
        expectsKey = true
        break
      case '[':
        open.push(null)
        expectsKey = false
        break
      case '}':
      case ']':
        open.pop()
        expectsKey = false
        break
      case ',':
        expectsKey = open.at(-1) instanceof Set
        break
      case ':':
        expectsKey = false
        break
      case '"': {
        const end = endOfString(text, at)
        const keys = open.at(-1)
        if (expectsKey && keys) {
          const key = String(JSON.parse(text.slice(at, end + 1)))
          if (keys.has(key)) return key
          keys.add(key)
        }
        at = end
        break
      }
      default:
    }
  }
  return null
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
