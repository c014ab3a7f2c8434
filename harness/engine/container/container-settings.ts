import { availableParallelism } from 'node:os'
import { serverSettings } from '../server-settings.ts'

/** As of the embedded engine, but for what a container does another way, and what an image must be left. */
export function containerSettings(need: {
  readonly major: number
  readonly plainBytes: number
  readonly isPlainPostgres: boolean
  readonly durable?: boolean | undefined
}): Readonly<Record<string, string>> {
  const { dynamic_shared_memory_type: _, ...settings } = serverSettings({ ...need, cores: availableParallelism() })
  if (need.isPlainPostgres) return settings
  // The init scripts of other images create extensions that must be preloaded: their lists stay, their jobs don't run.
  const { shared_preload_libraries: _1, session_preload_libraries: _2, local_preload_libraries: _3, ...rest } = settings
  // pg_cron before 1.5 knows the second only.
  return { ...rest, 'cron.launch_active_jobs': 'off', 'cron.max_running_jobs': '0' }
}
