import { isWord, tokensOf } from './tokens.ts'
import type { StatementEntry } from './types.ts'

/** What ends a transaction is that short; what is longer is something else. */
const longestCommand = 1_000

export function beginsTransaction({ verb, text }: StatementEntry): boolean {
  if (verb === 'BEGIN') return true
  return verb === 'START' && isWord(wordsOf(text)[1], 'TRANSACTION')
}

/** Whether no transaction is open after it: `AND CHAIN` opens the next one, savepoints and prepared ones leave it open. */
export function endsTransaction({ verb, text }: StatementEntry): boolean {
  if (verb === 'PREPARE') return isWord(wordsOf(text)[1], 'TRANSACTION')
  if (verb !== 'COMMIT' && verb !== 'END' && verb !== 'ROLLBACK' && verb !== 'ABORT') return false
  const words = wordsOf(text)
  const isChained = words.some((word, at) => isWord(word, 'AND') && isWord(words[at + 1], 'CHAIN'))
  return !isChained && !words.some((word) => isWord(word, 'TO') || isWord(word, 'PREPARED'))
}

function wordsOf(text: Buffer) {
  return text.length > longestCommand ? [] : tokensOf(text.toString()).toArray()
}
