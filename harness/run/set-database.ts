import type { Finding } from '../compare/index.ts'
import { identityOf } from '../facts/index.ts'
import { gateCode, type DisposableServer } from '../engine/index.ts'
import { Deputy } from '../restore/index.ts'
import { applySettings, settingsOf, type UnsetSetting } from './apply-settings.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'

/** insufficient_privilege, and what never reached a server that is not ours. */
const wantingRights: ReadonlySet<string> = new Set(['42501', gateCode.notRun])

/**
 * What archives say of sessions in their database, set on the one that was restored. A setting that the server refuses
 * stays away, and the comparison says so. Returns those that the restoring role, being no superuser, may not make.
 */
export async function setDatabase(
  { restored }: DumpChoice,
  server: DisposableServer,
  database: string,
  book: FindingBook,
  signal?: AbortSignal,
): Promise<readonly UnsetSetting[]> {
  const summaries = restored.map(({ summary }) => summary)
  const settings = await settingsOf(summaries, signal)
  if (settings.length === 0) return []
  await using session = await server.connect(database, signal ? { signal } : {})
  await using deputy = new Deputy(server, true)
  await session.query('SET standard_conforming_strings = on')
  const { set, unset } = await applySettings(settings, database, (verb, text) =>
    deputy.run({ verb, text: Buffer.from(text) }, session, database),
  )
  if (set.length > 0) {
    book.notice(
      'restore',
      database,
      `settings that the archive holds for sessions in ${database} were set on the copy: ${set.join(', ')}`,
      'restore with pg_restore --create, or type their ALTER DATABASE … SET: without --create, pg_restore leaves them out',
    )
  }
  if (!server.limits) return []
  const withheld = unset.filter(({ refusal }) => refusal !== null && wantingRights.has(refusal.code))
  if (withheld.length === 0) return []
  const names = [...new Set(withheld.map(({ name }) => name))].sort().join(', ')
  book.notChecked(
    'engine',
    'settings',
    `settings that the archive holds were not set on the copy, for ${server.limits.reason}: ${names}`,
    server.limits.remedy,
  )
  return withheld
}

/** A setting that could not be made here is missing on the copy: not checked, where nothing else of them differs. */
export function holdBackSettings(withheld: readonly UnsetSetting[]): (finding: Finding) => Finding {
  const byOwner = Map.groupBy(withheld, ({ role }) => (role === null ? 'database' : identityOf([role])))
  return (finding) => {
    const { object, status, notice, expected, actual } = finding
    const names = byOwner.get(object ?? '')?.map(({ name }) => name)
    if (!names || status !== 'differs' || notice || actual !== 'none') return finding
    if (!expected?.split(', ').every((name) => names.includes(name))) return finding
    const message = `${finding.message}: who restored may not make ${names.length === 1 ? 'it' : 'them'} here`
    return {
      ...finding,
      status: 'not-checked',
      message,
      remedy: 'see what the engine lacks: settings',
      attribution: null,
    }
  }
}
