/** The second half of a problem's line for keys that do not exist: what was probably meant, and what there is. */
export function suggestKey(unknown: readonly string[], known: readonly string[]): string {
  const meant = unknown.map((key) => nearest(key, known)).filter((key) => key !== null)
  const question = meant.length > 0 ? `did you mean ${meant.map((key) => `"${key}"`).join(', ')}? ` : ''
  return `${question}there are: ${known.join(', ')}`
}

/** What was probably meant by a key that does not exist; null where nothing is like it, with `most` letters wrong. */
export function nearest(key: string, known: readonly string[], most = Number.POSITIVE_INFINITY): string | null {
  let best: string | null = null
  /* More than a third of the letters wrong is another word, except that two slips are common. */
  let bestDistance = Math.min(most, key.length <= 3 ? 1 : Math.max(2, Math.floor(key.length / 3))) + 1
  for (const candidate of known) {
    const distance = editDistance(key.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Levenshtein's, one row at a time. Keys are short; longer ones are no typing errors. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
