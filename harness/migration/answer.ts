import { formatCount, formatDuration } from '../core/index.ts'
import type { CommandRun, MigrationChanges, MigrationReport } from './types.ts'

type Answered = Pick<MigrationReport, 'answer' | 'reason' | 'remedy'>

/** A migration's answer: it fails, or it goes through. What it changes and loses may be meant, and is for people to read. */
export function answerOf(run: CommandRun, changes: MigrationChanges): Answered {
  const took = formatDuration(run.durationMs)
  const look = 'see the end of its output; the backup is not touched by this'
  if (run.timedOut)
    return noGo(`it had not ended after ${took}, and was ended`, 'raise migration.timeout, or see what it waits for')
  if (run.killedBy !== null) return noGo(`it was ended by ${run.killedBy} after ${took}`, look)
  if (run.exitCode !== 0) return noGo(`it failed with exit code ${run.exitCode} after ${took}`, look)
  if (run.connections === 0) {
    return {
      answer: 'UNDECIDED',
      reason: 'it ended well, and never connected to DATABASE_URL: nothing was rehearsed',
      remedy: 'see which connection it takes (a .env file, a config of its own): it may have gone to another database',
    }
  }
  return { answer: 'GO', reason: `it went through in ${took}: ${summarise(changes)}`, remedy: null }
}

function noGo(reason: string, remedy: string): Answered {
  return { answer: 'NO-GO', reason, remedy }
}

export function summarise({ schemaDiffs, tables, rewrites, losses }: MigrationChanges): string {
  const parts = [
    [schemaDiffs.length, 'object of the schema changed', 'objects of the schema changed'],
    [tables.length, 'table with other rows', 'tables with other rows'],
    [rewrites.length, 'relation rewritten', 'relations rewritten'],
    [losses.length, 'loss', 'losses'],
  ] as const
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${formatCount(count)} ${count === 1 ? one : many}`)
  return said.length === 0 ? 'nothing changed' : said.join(', ')
}
