import { scrubLine } from '../core/index.ts'
import { isOutOfReach, type RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'

/** What reads from another server (a materialized view of a foreign table) can't be filled here: not checked. */
export function judgeOutOfReach({ refused }: Pick<RestoreLedger, 'refused'>, book: FindingBook): void {
  for (const { verb, object, refusal, meaning } of refused)
    if (meaning === 'engine' && isOutOfReach(refusal)) sayOutOfReach(object ?? verb, refusal.message, book)
}

/** Once an object, however often it was tried. */
export function sayOutOfReach(object: string, why: string, book: FindingBook): void {
  if (book.findings.some((found) => found.check === 'engine' && found.object === object)) return
  const message = `${object} connects to another server, and none is in reach of a rehearsal (${scrubLine(why)})`
  book.notChecked('engine', object, message, 'rehearse with --engine server, on one that reaches it; or waive it')
}
