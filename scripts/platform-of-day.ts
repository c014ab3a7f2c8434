import type { MigrationDay } from '../harness/backup/index.ts'
import type { ConfigValues } from '../harness/config/index.ts'
import { asFault, countOf, systemClock } from '../harness/core/index.ts'
import {
  judgePlatform,
  ManagementApi,
  namesProject,
  readAccess,
  readPlatform,
  readProjectRef,
  type PlatformReport,
} from '../harness/supabase/management/index.ts'

interface PlatformOfDay {
  readonly good: boolean
  readonly why: string
  readonly hint: string
}

/* As old as `rehearse platform` lets the newest backup be: a daily one, and two hours for the making of it. */
const usualMaxAgeMs = 26 * 60 * 60_000

/**
 * What `rehearse platform --migration` says, for the checklist. Null where no project is named. What can't be asked for want
 * of a token, or of a way there, is not done; an interrupt and a defect are thrown.
 */
export async function platformOfDay(
  { migrationAt, lastsMs }: MigrationDay,
  { supabase }: ConfigValues,
  retentionMs: number | null,
  signal: AbortSignal,
): Promise<PlatformOfDay | null> {
  if (!namesProject(process.env, supabase)) return null
  const hint = `rehearse platform --migration ${migrationAt.toISOString()} says more`
  try {
    const api = new ManagementApi(readAccess(process.env), readProjectRef(undefined, process.env, supabase), { signal })
    const day = { maxAgeMs: usualMaxAgeMs, migrationAt, lastsMs, retentionMs }
    const report = judgePlatform(await readPlatform(api, null), day, systemClock)
    return { good: report.answer === 'GO', ...wordsOf(report, hint) }
  } catch (thrown) {
    const { kind, code, message, hint: own } = asFault(thrown)
    if (code === 'E_INTERRUPTED' || code === 'E_DEFECT' || kind === 'backup') throw thrown
    return { good: false, why: `not checked: ${message}`, hint: own ?? hint }
  }
}

/** The first thing that is wrong; else the first that could not be seen. */
function wordsOf({ findings, answer }: PlatformReport, usual: string): { readonly why: string; readonly hint: string } {
  const counted = findings.filter(({ notice }) => !notice)
  const bad = counted.find(({ status }) => status === 'differs') ?? counted.find(({ status }) => status !== 'same')
  if (!bad)
    return { why: answer === 'GO' ? `${countOf(counted.length, 'check')}, all well` : 'not checked', hint: usual }
  return { why: `${bad.status === 'differs' ? '' : 'not checked: '}${bad.message}`, hint: bad.hint ?? usual }
}
