import { applySettings, settingsOf, type AppliedSettings } from '../apply-settings.ts'
import type { ChosenFiles } from './choose-files.ts'
import type { ForeignServer } from './foreign-server.ts'
import type { BringBackRequest } from './types.ts'

export const noSettings: AppliedSettings = { set: [], unset: [] }

/**
 * What an archive says of sessions in its database (`ALTER DATABASE … SET`), where all of it was asked for: an application
 * finds its names by it. `pg_restore` does so with `--create` alone; here the target's own name stands in it. Last of
 * all, for our own sessions would have them, too.
 */
export async function setSettings(
  { dumps }: ChosenFiles,
  foreign: ForeignServer,
  { only, tables, schemas, signal }: BringBackRequest,
): Promise<AppliedSettings> {
  if (only === 'data' || tables.length + schemas.length > 0) return noSettings
  const settings = await settingsOf(
    dumps.map(({ dump: { summary } }) => summary),
    signal,
  )
  if (settings.length === 0) return noSettings
  await using session = await foreign.look(signal)
  await session.query('SET standard_conforming_strings = on')
  return await applySettings(settings, foreign.place.database, (_verb, text) => session.execute(text))
}
