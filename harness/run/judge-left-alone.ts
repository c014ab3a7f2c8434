import { scrubLine } from '../core/index.ts'
import { gateCode } from '../engine/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'

/** What a dump would have done to a server that is not ours, and did not: not checked, whatever the backup is worth. */
export function judgeLeftAlone({ refused }: Pick<RestoreLedger, 'refused'>, book: FindingBook): void {
  for (const { verb, object, refusal } of refused) {
    if (refusal.code !== gateCode.notRun) continue
    const what = object === null ? verb : `${verb} ${object}`
    const message = `${what} was ${scrubLine(refusal.message)}`
    book.notChecked('engine', object ?? verb, message, 'rehearse with the embedded engine or a container')
  }
}
