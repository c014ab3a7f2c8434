import { Command } from 'commander'
import { isAgeFile, readIdentities, unlockDump } from '../../harness/backup/index.ts'
import { exitCode, faultCodes } from '../../harness/core/index.ts'
import { inspectDump, type DumpSummary } from '../../harness/dump/index.ts'
import { surveyEngines } from '../../harness/engine/index.ts'
import { needOfSummaries } from '../../harness/run/index.ts'
import { terminalProgress } from '../terminal-progress.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderInspection } from '../render-inspection.ts'
import { renderNeeds } from '../render-needs.ts'

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('what a dump holds, offline, without a server; what it needs of one, and which engine here has it')
    .argument('<dump>', 'a dump: plain SQL, also gzip or zstd; an archive of pg_dump -Fc, -Fd or -Ft')
    .option('--check', 'decompress every block and count every row: always done, with or without')
    .option('--identity <key>', 'what an encrypted dump is read with: env:NAME, or a key file')
    .option('--json', 'print it as JSON')
    .action(inspect)
}

interface InspectFlags {
  readonly json?: boolean
  readonly identity?: string
}

async function inspect(given: string, { json = false, identity }: InspectFlags): Promise<void> {
  using interrupt = abortOnSignals()
  await using unlocked = (await isAgeFile(given)) ? await unlock(given, identity, interrupt.signal) : null
  const path = unlocked?.path ?? given
  const progress = terminalProgress(process.stderr)
  if (process.stderr.isTTY) progress.begin('read dump')
  const summary = await inspectDump(path, { signal: interrupt.signal, onBytes: (bytes) => progress.advance(bytes) })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const code = codeOf(summary)
  // A damaged dump is restored nowhere.
  const survey = code === exitCode.noGo ? null : await surveyEngines(needOfSummaries([summary]))
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...summary, path: given, engines: survey?.engines ?? [] }, null, 2)}\n`
      : [renderInspection(summary), ...(survey ? [renderNeeds(summary, survey)] : [])].join('\n'),
  )
  process.exitCode = code
}

async function unlock(path: string, identity: string | undefined, signal: AbortSignal) {
  const place = identity ?? process.env['REHEARSAL_IDENTITY']
  const identities = place === undefined ? null : await readIdentities(place, process.env)
  return unlockDump(path, { identities, folder: process.env['REHEARSAL_PLAINTEXT'] ?? null, signal })
}

/** A damaged dump is a NO-GO, here too; one whose end can't be proven is UNDECIDED. */
function codeOf({ problems, completeness }: DumpSummary): number {
  if (completeness === 'truncated' || problems.some(({ code }) => faultCodes[code] === 'backup')) return exitCode.noGo
  return completeness === 'unprovable' ? exitCode.undecided : exitCode.go
}
