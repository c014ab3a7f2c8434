import { Command } from 'commander'
import { countOf, exitCode, Fault, formatBytes } from '../../harness/core/index.ts'
import { openProduction } from '../../harness/postgres/index.ts'
import { nameConnection } from '../../harness/run/index.ts'
import { crossCheckListing, hasStorage, surveyStorage } from '../../harness/supabase/storage/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderCrossCheck, renderSurvey } from '../render-storage.ts'
import { StepLines } from '../terminal-progress.ts'
import { openNamed, readConfig, withConfig, withProject, type ConfiguredFlags } from './storage-project.ts'

export function manifestCommand(): Command {
  return withConfig(withProject(new Command('manifest')))
    .description('every bucket and how much is in it, by the Storage API; nothing is downloaded')
    .option('--database <env:NAME>', 'holds the listing against storage.objects in this database, read-only')
    .action(showManifest)
}

async function showManifest(flags: ConfiguredFlags & { database?: string }): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  const database = flags.database === undefined ? null : nameConnection(flags.database, process.env, 'env:DATABASE_URL')
  const project = await openNamed(flags, (await readConfig(flags.config)).supabase, signal)
  const lines = new StepLines(process.stderr)
  lines.begin('list')
  const survey = await surveyStorage(project, undefined, (done) => lines.advance(done, countOf(done, 'object')))
  lines.end('list', `${countOf(survey.objects, 'object')}, ${formatBytes(survey.bytes)}`)
  process.stdout.write(renderSurvey(survey, isColoured()))
  process.exitCode = exitCode.go
  if (!database) return
  await using session = await openProduction(database, { signal })
  if (!(await hasStorage(session))) {
    throw new Fault('E_USAGE', 'this database has no storage.objects', {
      hint: 'name the database of this very project',
    })
  }
  const check = await crossCheckListing(project, session)
  process.stdout.write(renderCrossCheck(check))
  process.exitCode = check.notListed.length + check.notInTable.length > 0 ? exitCode.noGo : exitCode.go
}

const isColoured = (): boolean => process.stdout.isTTY && process.stdout.hasColors()
