import type { CatalogueQuery } from '../../harness/facts/queries/catalogue-query.ts'

/** Every major that the queries are written for. */
export const knownMajors: readonly number[] = [13, 14, 15, 16, 17, 18]

/** A string, a quoted name, a bracket, or a word of a query. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\]]|\w+/g

/** Names of the properties that a query emits, of any major: those of its outermost SELECT list. */
export function propertiesOf(query: CatalogueQuery): readonly string[] {
  const texts = knownMajors.map((major) => query.text({ major, schemas: 'NULL' }))
  return [...new Set(texts.flatMap(namesSelected))].filter((name) => name !== 'identity' && name !== 'signature').sort()
}

function namesSelected(text: string): readonly string[] {
  const names: string[] = []
  let depth = 0
  let isSelecting = false
  let before = ''
  for (const [word] of text.matchAll(token)) {
    if (/^[([]$/.test(word)) depth += 1
    else if (/^[)\]]$/.test(word)) depth -= 1
    else if (depth === 0 && word === 'SELECT') isSelecting = true
    else if (depth === 0 && word === 'FROM') return names
    else if (depth === 0 && isSelecting && before === 'AS') names.push(word.replaceAll('"', ''))
    before = word
  }
  return names
}
