import type { OverheardWarning } from './overheard.ts'
import type { ServerWarning } from './types.ts'

interface WarningRule {
  readonly applies: (warning: OverheardWarning, settings: Readonly<Record<string, string>>) => boolean
  readonly explanation: string
}

/** By code and statement, never by message text. */
const rules: readonly WarningRule[] = [
  {
    applies: ({ verb, code }, settings) =>
      verb === 'CREATE PUBLICATION' && code === '55000' && settings['wal_level'] !== 'logical',
    explanation: 'the publication is there; this disposable server keeps too little WAL to publish, and never does',
  },
]

/** What a warning of the server means for the backup. */
export function readWarning(
  file: string,
  warning: OverheardWarning,
  settings: Readonly<Record<string, string>>,
): ServerWarning {
  const rule = rules.find(({ applies }) => applies(warning, settings))
  return { file, ...warning, harmless: rule?.explanation ?? null }
}
