import type { RehearsalConfig } from './types.ts'

/** Gives `rehearsal.config.ts` its types; returns what it is given. Checking happens when the config is loaded. */
export function defineRehearsal(config: RehearsalConfig): RehearsalConfig {
  return config
}
