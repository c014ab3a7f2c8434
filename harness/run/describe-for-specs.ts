import { join } from 'node:path'
import { resolveConnection } from '../config/index.ts'
import { Fault } from '../core/index.ts'
import { writeFacts } from '../facts/index.ts'
import { applyWaivers } from '../verdict/index.ts'
import { recordBackup } from './build-record.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { Conductor } from './conduct.ts'
import type { SpecContext } from './spec-runner.ts'
import { restoredFor } from './use-server.ts'

type SpecSubject = Pick<Conductor, 'situation' | 'environment' | 'book' | 'gathered' | 'planFor'>

/** What specs are told of a rehearsal that has come that far; its facts are files by then. */
export async function describeForSpecs(
  { situation, environment, book, gathered, planFor }: SpecSubject,
  choice: DumpChoice,
): Promise<SpecContext> {
  const { values } = situation.config
  const { engine, restored, facts, comparison, set } = gathered
  if (!engine || !restored || !facts || !set)
    throw new Fault('E_DEFECT', 'specs were asked for before there was anything to look at')
  const restoredFile = join(values.out, 'facts.json')
  await writeFacts(restoredFile, facts)
  const baselineFile = comparison?.baseline ? join(values.out, 'baseline.json') : null
  if (baselineFile && comparison?.baseline) await writeFacts(baselineFile, comparison.baseline)
  const production = values.production ? resolveConnection(values.production, environment) : null
  return {
    project: values.project,
    findings: applyWaivers(book.findings, values.waivers, situation.clock.now()).weighed.map(({ finding }) => finding),
    planned: planFor(gathered).map(({ check }) => check),
    restored: restoredFor(engine.server, restored.database),
    productionUrl: production && { url: production.reveal(), source: production.source },
    baselineFile,
    restoredFile,
    schemaDiffs: comparison?.diffs ?? [],
    backup: recordBackup(set, gathered.checks, gathered.dumps, choice, values.backup.path, situation.clock),
  }
}
