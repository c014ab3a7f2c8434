import { formatDuration, scrubLine } from '../../core/index.ts'
import { refusalBody } from './answers.ts'
import type { Refused } from './types.ts'

/** What is asked of the platform, in the words of a reader. */
export type Matter = 'backups' | 'schedule' | 'restore point' | 'query'

/** A refusal in one line, and what to do about it. `pauseMs`: for how long it wants to be left alone. Pure. */
export function explainRefusal(matter: Matter, status: number, body: unknown, pauseMs: number | null = null): Refused {
  const parsed = refusalBody.safeParse(body)
  const { message, error, code: bare, error_code } = parsed.success ? parsed.data : {}
  const nested = typeof error === 'object' ? error : undefined
  const said = scrubLine(message ?? nested?.message ?? (typeof error === 'string' ? error : ''), 200)
  const code = error_code ?? nested?.code ?? (bare === undefined ? null : String(bare))
  const { why, hint } = meaningOf(matter, status, pauseMs)
  return {
    kind: 'refused',
    status,
    code: code === null ? null : scrubLine(code, 60),
    why: `${why} (${status}${code === null ? '' : ` ${scrubLine(code, 60)}`}${said === '' ? '' : `: ${said}`})`,
    hint,
  }
}

const scopes: Readonly<Record<Matter, string>> = {
  backups: 'database:read (backups_read)',
  schedule: 'database:read (backups_read)',
  'restore point': 'database:write (backups_write), to look at one database:read',
  query: 'database_read',
}

function meaningOf(
  matter: Matter,
  status: number,
  pauseMs: number | null,
): { readonly why: string; readonly hint: string } {
  switch (status) {
    case 400:
      return matter === 'query'
        ? { why: 'the platform could not run the query', hint: 'look at what it says; rehearse sends counts alone' }
        : {
            why: `the platform does not offer this to the project now`,
            hint:
              matter === 'restore point'
                ? 'restore points need point-in-time recovery; without it take a backup of your own: rehearse backup'
                : 'look in the dashboard, Database → Backups',
          }
    case 401:
      return {
        why: 'the token was not taken',
        hint: 'SUPABASE_ACCESS_TOKEN: a personal access token (sbp_…) that is not revoked; a project’s own keys are no such tokens',
      }
    case 402:
      return {
        why: 'not part of the project’s plan',
        hint:
          matter === 'schedule'
            ? 'the hour of the backups is set on Enterprise only; the dashboard shows when the last ones were taken'
            : 'look at the plan under Organization → Billing; until then a backup of your own: rehearse backup',
      }
    case 403:
      return {
        why: 'the token may not do this',
        hint: `it needs ${scopes[matter]}, and its owner a role in the project’s organisation`,
      }
    case 404:
      return {
        why:
          matter === 'restore point' ? 'there is none, or no such project' : 'there is no such project for this token',
        hint: 'check the reference, and that the token’s owner belongs to the organisation; a deleted project is gone with its backups',
      }
    case 429:
      return {
        why: 'the platform asks for a pause',
        hint: `wait ${pauseMs === null ? 'a minute' : formatDuration(pauseMs)}; other tools that use the token count too`,
      }
    default:
      if (status >= 500)
        return { why: 'the platform has a fault of its own', hint: 'see status.supabase.com, and ask again later' }
      if (status >= 400) return { why: 'the platform refused', hint: 'look at what it says' }
      return {
        why: 'the answer leads elsewhere, and the token does not follow',
        hint: 'a proxy or a portal may stand between; the API itself leads nowhere else',
      }
  }
}
