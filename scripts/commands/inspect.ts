import { Command } from 'commander'
import { exitCode, faultCodes } from '../../harness/core/index.ts'
import { inspectDump, type DumpSummary } from '../../harness/dump/index.ts'
import { surveyEngines } from '../../harness/engine/index.ts'
import { needOfSummaries } from '../../harness/run/index.ts'
import { terminalProgress } from '../terminal-progress.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderInspection } from '../render-inspection.ts'
import { openInspected } from '../open-inspected.ts'
import { renderNeeds } from '../render-needs.ts'

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('what a dump holds, offline, without a server; what it needs of one, and which engine here has it')
    .argument(
      '<dump or set>',
      'a dump: plain SQL, also gzip or zstd; an archive of pg_dump -Fc, -Fd or -Ft; or a set, each of whose dumps is shown; or a folder of sets, whose newest is meant',
    )
    .option('--check', 'decompress every block and count every row: always done, with or without')
    .option('--identity <key>', 'what an encrypted dump or set is read with: env:NAME, or a key file')
    .option('--json', 'print it as JSON')
    .action(inspect)
}

interface InspectFlags {
  readonly json?: boolean
  readonly identity?: string
}

async function inspect(given: string, { json = false, identity }: InspectFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const { signal } = interrupt
  await using opened = await openInspected(given, identity ?? process.env['REHEARSAL_IDENTITY'] ?? null, signal)
  const { dumps, set, notes } = opened
  for (const note of notes) process.stderr.write(`rehearse: ${note}\n`)
  const summaries: DumpSummary[] = []
  const progress = terminalProgress(process.stderr)
  for (const { path, shown } of dumps) {
    if (process.stderr.isTTY) progress.begin('read dump')
    const summary = await inspectDump(path, { signal, onBytes: (bytes) => progress.advance(bytes) })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    summaries.push({ ...summary, path: shown })
  }
  const code = worstOf(summaries.map(codeOf))
  // A damaged dump is restored nowhere.
  const survey = code === exitCode.noGo ? null : await surveyEngines(needOfSummaries(summaries))
  const engines = survey?.engines ?? []
  if (json) {
    const [first] = summaries
    const printed = set !== null ? { set, dumps: summaries, engines } : { ...first, engines }
    process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`)
  } else {
    const texts = summaries.map((summary) => [
      renderInspection(summary),
      ...(survey ? [renderNeeds(summary, survey)] : []),
    ])
    process.stdout.write(texts.map((text) => text.join('\n')).join('\n'))
  }
  process.exitCode = code
}

/** NO-GO before UNDECIDED before GO. */
function worstOf(codes: readonly number[]): number {
  return [exitCode.noGo, exitCode.undecided].find((code) => codes.includes(code)) ?? exitCode.go
}

/** A damaged dump is a NO-GO, here too; one whose end can't be proven is UNDECIDED. */
function codeOf({ problems, completeness }: DumpSummary): number {
  if (completeness === 'truncated' || problems.some(({ code }) => faultCodes[code] === 'backup')) return exitCode.noGo
  return completeness === 'unprovable' ? exitCode.undecided : exitCode.go
}
