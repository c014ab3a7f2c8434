import { join } from 'node:path'
import { Fault } from '../core/index.ts'
import { resolveConnection, type ConfigValues } from '../config/index.ts'
import { sourceNotesOf } from '../facts/index.ts'
import { notRehearsed, rehearseMigration, type MigrationReport } from '../migration/index.ts'
import type { Answer } from '../verdict/index.ts'
import { observeRestored } from './compare-restored.ts'
import type { Gathered } from './gathered.ts'
import type { Situation } from './situation.ts'
import type { Timeline } from './timeline.ts'

/** Named by us, whatever config lists. */
const ours = /^(?:DATABASE_URL|PG[A-Z]+|REHEARSAL_MIGRATION|PATH|HOME|LANG|TMPDIR)$/

/**
 * The variables that config lists, with their values. Throws when one is not set, is ours to set, or leads to
 * production: before anything was done.
 */
export function migrationVariables(
  { migration, production }: ConfigValues,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  if (migration.command === null) return {}
  const sacred = production && resolveConnection(production, environment).reveal()
  const pairs = migration.env.map((name): [string, string] => {
    const value = environment[name]
    if (ours.test(name)) {
      throw new Fault('E_CONFIG_INVALID', `migration.env: ${name} is given to every migration by rehearse itself`, {
        hint: `leave ${name} out of the list`,
      })
    }
    if (value === undefined) {
      throw new Fault('E_ENV_MISSING', `migration.env: ${name} is not set`, { hint: `set ${name}, or leave it out` })
    }
    if (`env:${name}` === production || value === sacred) {
      throw new Fault('E_TARGET_IS_PRODUCTION', `migration.env: ${name} leads to production`, {
        hint: 'a migration is rehearsed with DATABASE_URL, which leads to the clone; leave this one out',
      })
    }
    return [name, value]
  })
  return Object.fromEntries(pairs)
}

export interface Migrating {
  readonly situation: Situation
  readonly timeline: Timeline
  readonly gathered: Gathered
  readonly variables: Readonly<Record<string, string>>
  /** The backup's answer so far. */
  readonly answer: Answer
}

/** Their migration, after all checks of the backup: on a clone of what was restored, with an answer of its own. */
export async function migrate({ situation, timeline, gathered, variables, answer }: Migrating): Promise<void> {
  const { config, signal } = situation
  const { command, timeoutMs, url } = config.values.migration
  const { engine, restored, facts } = gathered
  if (command === null || !engine || !restored || !facts) return
  if (answer === 'NO-GO') {
    gathered.migration = notRehearsed(
      command,
      'not checked: the backup is NO-GO, and a migration of it would prove nothing',
      'mend the backup first',
    )
    return
  }
  // Observing is a part of this step here.
  const progress = { begin() {}, end() {}, advance: situation.progress.advance.bind(situation.progress) }
  gathered.migration = await timeline.step(
    'migration',
    () =>
      rehearseMigration(
        {
          server: engine.server,
          database: restored.database,
          facts,
          observe: (database) =>
            observeRestored(engine, database, { ...situation, progress }, sourceNotesOf(facts).conditions),
        },
        {
          command,
          folder: config.root,
          variables,
          timeoutMs,
          url,
          logFile: join(config.values.out, migrationLog),
          signal,
        },
      ),
    (report) => `${report.answer}: ${report.reason}`,
  )
}

/** In the evidence's folder. */
export const migrationLog = 'migration.log'

/** What the record says where nobody came that far. */
export function migrationOf({ migration: { command } }: ConfigValues, gathered: Gathered): MigrationReport | null {
  if (command === null || gathered.migration) return gathered.migration
  return notRehearsed(
    command,
    'not checked: there was no restored database to run it on',
    'see why it was not restored',
  )
}
