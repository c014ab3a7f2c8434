import { Fault, type Secret } from '../../core/index.ts'
import { checkKey } from './check-key.ts'
import { observedFetch } from './exchange.ts'
import type { PatienceOptions } from './patience.ts'
import { Project } from './project.ts'
import type { StorageProject } from './types.ts'

export interface ProjectOptions {
  /** `https://<ref>.supabase.co`, or that of a self-hosted gateway. */
  readonly url: string
  readonly key: Secret
  readonly signal: AbortSignal
  /** For tests: without long pauses. */
  readonly patience?: PatienceOptions
  /** A request on which less than 4 kB moves for so long is ended and tried again. Default a minute. */
  readonly idleMs?: number
}

/** The Storage of a project, through its API. The client is loaded here, not before: most commands do without it. */
export async function openStorage(options: ProjectOptions): Promise<StorageProject> {
  const url = checkUrl(options.url)
  checkKey(options.key)
  const { createClient } = await import('@supabase/supabase-js')
  const client = createClient(url, options.key.reveal(), {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: observedFetch },
  })
  return new Project(url, client, options)
}

function checkUrl(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.username === '') return url.href.replace(/\/+$/, '')
  throw new Fault('E_USAGE', 'this is not the URL of a project', { hint: 'write it like https://<ref>.supabase.co' })
}
