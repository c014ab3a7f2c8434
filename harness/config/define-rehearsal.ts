import type { RehearsalConfig } from './rehearsal-config.ts'

/** Gives `rehearsal.config.ts` its types; returns what it is given. Checking happens when the config is loaded. */
export function defineRehearsal(config: RehearsalConfig): RehearsalConfig {
  return config
}
