import { appendHistory, type Notice } from '../harness/backup/index.ts'
import { asFault, scrubLine, type Fault } from '../harness/core/index.ts'
import type { RehearsalRecord } from '../harness/report/index.ts'

/**
 * Writes down which rehearsal said what of which set, for `status`, `prune` and `log`. The fault when it could not: the
 * answer stands, and what is not on record will be missed there.
 */
export async function recordVerdict(
  record: RehearsalRecord,
  setDigest: string | null,
  history: string,
): Promise<Fault | null> {
  const { backup, verdict, engine, restore, tables } = record
  if (setDigest === null || backup === null) return null
  const line = (text: string) => scrubLine(text, 1_000)
  try {
    await appendHistory(history, {
      kind: 'rehearsal',
      version: 1,
      id: record.id,
      project: line(record.project),
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      answer: verdict.answer,
      reason: line(reasonOf(verdict)),
      set: {
        digest: setDigest,
        id: line(backup.id),
        name: line(backup.name),
        createdAt: backup.createdAt,
        location: line(backup.location),
      },
      tables: tables.length,
      rows: restore === null ? null : rowsOf(tables),
      databaseBytes: record.baseline.databaseBytes,
      engine: engine ? line(`${engine.kind}, Postgres ${engine.version}`) : null,
      tool: record.tool.version,
    })
    return null
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind !== 'environment') throw fault
    return fault
  }
}

function rowsOf(tables: RehearsalRecord['tables']): string {
  return String(tables.reduce((sum, { restored }) => sum + BigInt(restored ?? 0), 0n))
}

function reasonOf({ reasons }: RehearsalRecord['verdict']): string {
  const [reason] = reasons
  if (!reason) return ''
  return reason.object === null || reason.text.includes(reason.object)
    ? reason.text
    : `${reason.object}: ${reason.text}`
}

/** What the team is told of a rehearsal: checks and objects by name. What a query answered stays in the evidence. */
export function noticeOf(record: RehearsalRecord): Omit<Notice, 'project' | 'finishedAt' | 'durationMs'> {
  const { verdict, backup, project } = record
  const subjects = verdict.reasons.map(({ check, object }) => (object === null ? check : `${check} (${object})`))
  const named = [...new Set(subjects)].slice(0, 5).join(', ')
  const why = verdict.answer === 'GO' || named === '' ? '' : `: ${named}`
  return {
    event: 'rehearsal',
    outcome: verdict.answer,
    text: `${project}: the rehearsal${backup ? ` of ${backup.name}` : ''} says ${verdict.answer}${why}`,
    set: backup ? { id: backup.id, name: backup.name, createdAt: backup.createdAt } : null,
  }
}
