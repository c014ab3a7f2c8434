import { formatCount } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'
import { checkGeneratedColumns } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'

/** Fingerprints leave generated columns out, for every restore computes them: so they are computed once more here. */
export async function judgeGenerated(session: Session, book: FindingBook): Promise<void> {
  for (const { column, rows, refusal } of await checkGeneratedColumns(session)) {
    if (rows === null) {
      book.notice('restore', column, `the generated column ${column} could not be computed again: ${refusal}`)
      continue
    }
    const held = rows === 1 ? '1 row holds another value' : `${formatCount(rows)} rows hold another value`
    book.differs('restore', column, `${column}: ${held} than its expression gives once every table is filled`, {
      remedy: 'its function is not immutable: it reads what comes later in a restore; mend it, and back up again',
      attribution: 'restore',
    })
  }
}
