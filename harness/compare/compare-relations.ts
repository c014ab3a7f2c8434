import { formatCount } from '../core/index.ts'
import { differs, notChecked, same } from './findings.ts'
import { gravityOfGain, gravityOfLoss } from './gravity-of-change.ts'
import type { IndexPair } from './object-index.ts'
import { presenceWords } from './presence-words.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

/** The check `tables`: tables, views, materialised views, foreign tables and sequences that are missing or extra, by name. */
export function compareRelations({ sides }: CompareOptions, [before, after]: IndexPair): Finding[] {
  const words = presenceWords(sides)
  const relations = [...before.relations()]
  const missing = relations
    .filter((relation) => !after.get(relation))
    .map((relation) =>
      differs('tables', {
        object: relation.identity,
        message: `${relation.kind} ${relation.identity} ${sides ? words.missing : 'is missing from the restored database'}`,
        expected: relation.kind,
        gravity: gravityOfLoss(relation),
        actual: 'absent',
      }),
    )
  const extra = [...after.relations()]
    .filter((relation) => !before.get(relation))
    .map((relation) =>
      differs('tables', {
        object: relation.identity,
        message: `${relation.kind} ${relation.identity} ${words.extra}`,
        expected: 'absent',
        actual: relation.kind,
        gravity: gravityOfGain(relation),
      }),
    )
  if (missing.length + extra.length > 0) return [...missing, ...extra]
  if (relations.length === 0) {
    return [
      notChecked('tables', {
        message: 'the baseline holds no tables',
        remedy: 'check that the baseline was taken from the right database',
      }),
    ]
  }
  return [
    same('tables', {
      message: `${formatCount(relations.length)} tables, views and sequences: none missing, none extra`,
    }),
  ]
}
