import { formatCount } from '../core/index.ts'
import { neverBroken } from '../report/index.ts'
import type { ConfigValues } from '../config/index.ts'
import type { Gathered } from './gathered.ts'
import { listLeftOut } from './platform-left-out.ts'

export interface NotCovered {
  readonly what: string
  readonly why: string
}

/** What a reader of the report may think was checked, and was not. Always said, a GO included. */
export function listNotCovered(
  values: ConfigValues,
  { choice, baseline, engine, restored, storage, facts }: Gathered,
): NotCovered[] {
  const list: NotCovered[] = []
  for (const schema of engine?.platform.schemas ?? []) {
    list.push({
      what: `definitions in schema ${schema}`,
      why: 'the dump leaves them to the platform; a stand-in was laid in before the restore',
    })
  }
  list.push(...listLeftOut(engine, choice, baseline))
  for (const database of restored?.otherDatabases ?? []) {
    list.push({
      what: `database ${database}`,
      why: 'one database is observed; name another with `database` in the config',
    })
  }
  if (baseline?.source === 'live') {
    list.push({
      what: 'content of the rows',
      why: 'production has moved on since the dump; record a baseline with the dump to compare it',
    })
  }
  if (baseline && baseline.source !== 'live' && values.production !== null) {
    list.push({
      what: 'production as it is now',
      why: 'the facts recorded with the backup were compared, which are exact: production was not asked',
    })
  }
  if (values.expect === 'schema')
    list.push({ what: 'rows and sequences', why: 'the backup is expected to hold definitions alone' })
  if (baseline && !baseline.access && values.expect === 'full') {
    list.push({
      what: 'who sees what (row security as it works)',
      why: 'the baseline does not hold it; record one that does',
    })
  }
  if (!values.inoculate) list.push({ what: neverBroken, why: 'config says `inoculate: false`' })
  if (!baseline) list.push({ what: 'parity with production', why: 'there was nothing to compare with' })
  const entries = new Set(choice?.restored.flatMap(({ summary }) => Object.keys(summary.entries)))
  if (entries.has('SUBSCRIPTION'))
    list.push({ what: 'subscriptions', why: 'they are restored without a connection and never activated' })
  const roles = choice?.restored.some(({ summary }) => summary.rolesCreated.length > 0)
  list.push({ what: 'passwords of roles', why: roles ? 'they are not compared' : 'the set holds no roles' })
  if (values.migration.command !== null)
    list.push({ what: 'your specs on the migrated clone', why: 'they claim something of the backup, and ran on that' })
  const objects = facts?.tables.find(({ schema, name }) => schema === 'storage' && name === 'objects')?.rows ?? 0
  if (storage === null && Number(objects) > 0)
    list.push({
      what: 'files of Supabase Storage',
      why: `the set brings none, and storage.objects names ${formatCount(objects)}`,
    })
  const files =
    storage === null ? 'files outside the database (Supabase Storage, …)' : 'files outside the database and Storage'
  list.push({ what: files, why: 'a database backup does not hold them' })
  return list
}
