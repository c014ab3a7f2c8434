import { relative } from 'node:path'
import type { TakenBackup } from '../harness/backup/index.ts'
import type { ConfigValues } from '../harness/config/index.ts'
import { countOf, formatBytes, formatDuration } from '../harness/core/index.ts'

/** What `backup` says of the set that it took. */
export function renderTaken(
  taken: TakenBackup,
  { out, values, tookMs }: { readonly out: string; readonly values: ConfigValues; readonly tookMs: number },
): string {
  const rows = `${countOf(taken.rows, 'row')} in ${countOf(taken.tables, 'table')}`
  const lines = [
    `${relative(process.cwd(), taken.path) || '.'}  ${formatBytes(taken.bytes)}, ${rows}, in ${formatDuration(tookMs)}`,
    ...protectionLines(taken, values),
    ...taken.notes.map((note) => `${taken.shrunk.includes(note) ? 'WARNING' : 'note'}: ${note}`),
  ]
  const text = lines.map((line) => `  ${line}\n`).join('')
  return `\n${text}\n  A backup is one when it was restored: rehearse run --backup ${out}\n`
}

function protectionLines({ proven, manifest }: TakenBackup, { encrypt }: ConfigValues): readonly string[] {
  const signed = manifest.sequence === undefined ? '' : `; signed, number ${manifest.sequence}`
  switch (proven) {
    case 'identity':
      return [`encrypted, and decrypted again with the identity${signed}`]
    case 'read back':
      return [`encrypted and read back; that the recipients can decrypt it is not proven without --identity${signed}`]
    case 'none':
      return [`not encrypted${signed}`]
    case null:
      return encrypt.recipients.length > 0 || encrypt.recipientsFile !== null
        ? ['note: it is in plain text, though the config names recipients: --protect']
        : []
    default:
      throw new TypeError(`unhandled ${JSON.stringify(proven satisfies never)}`)
  }
}
