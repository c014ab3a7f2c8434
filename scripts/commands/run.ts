import { appendFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { Command } from 'commander'
import { loadConfig, settings, type ConfigFlags } from '../../harness/config/index.ts'
import { asFault, exitCode, Fault, systemClock } from '../../harness/core/index.ts'
import { factsText, type Facts } from '../../harness/facts/index.ts'
import {
  exitCodeOfRecord,
  renderJson,
  renderMarkdownSummary,
  renderTerminal,
  writeEvidence,
  type RehearsalRecord,
} from '../../harness/report/index.ts'
import { rehearse } from '../../harness/run/index.ts'
import { vitestSpecRunner } from '../../harness/vitest/launch.ts'
import { abortOnSignals } from '../interrupt.ts'
import { bringHere } from '../bring-here.ts'
import { packageVersion } from '../package-version.ts'
import { noticeOf, recordVerdict } from '../record-verdict.ts'
import { renderFault } from '../render-fault.ts'
import { tellOfFault, teamOf } from '../tell-team.ts'
import { terminalProgress } from '../terminal-progress.ts'

interface RunFlags extends Omit<ConfigFlags, 'inoculate'> {
  /** False for `--no-inoculate`. */
  readonly inoculate?: string | false
  readonly inoculateSeed?: number
  readonly config?: string
  readonly keep?: boolean
  readonly json?: boolean
  readonly acceptVulnerableClient?: boolean
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('a whole rehearsal: find the latest backup, restore it, compare it, answer')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .option('--keep', 'leave the restored database up, and print how to look at it')
    .option('--accept-vulnerable-client', 'run psql and pg_restore even below the minor with the known fixes')
    .option(
      '--inoculate-seed <number>',
      'break the copy in the ways of an earlier rehearsal: the report names its seed',
      readSeed,
    )
    .option('--json', 'print the verdict as JSON')
    .action(runRehearsal)
  for (const { flag, form, doc } of settings) {
    if (flag && form === 'switch') {
      command.option(`--${flag} <yes|no>`, doc).option(`--no-${flag}`, `the same as --${flag} no`)
    } else if (flag) command.option(`--${flag} <${form === 'list' ? 'a,b,…' : 'value'}>`, doc)
  }
  return command
}

async function runRehearsal(given: RunFlags): Promise<void> {
  const {
    config: file,
    keep = false,
    json = false,
    acceptVulnerableClient = false,
    inoculate,
    inoculateSeed,
    ...others
  } = given
  const flags = { ...others, inoculate: inoculate === false ? 'no' : inoculate }
  using interrupt = abortOnSignals()
  const config = await loadConfig({ ...(file ? { file } : {}), flags, env: process.env, cwd: process.cwd() })
  if (inoculateSeed !== undefined && !config.values.inoculate)
    throw new Fault('E_USAGE', '--inoculate-seed draws breaks of the copy, and inoculation is switched off', {
      hint: 'leave out the seed, or `--no-inoculate` and what config or REHEARSAL_INOCULATE say',
    })
  const team = teamOf(config.values, process.env)
  const run = async () =>
    rehearse({
      config: await bringHere(config, interrupt.signal),
      keep,
      acceptVulnerableClient,
      ...(inoculateSeed === undefined ? {} : { inoculation: { seed: inoculateSeed } }),
      clock: systemClock,
      progress: terminalProgress(process.stderr),
      signal: interrupt.signal,
      environment: process.env,
      specRunner: vitestSpecRunner,
      toolVersion: packageVersion(),
    })
  const { record, facts, setDigest, kept } = await tellOfFault(team, 'rehearsal', run)
  if (kept) process.stderr.write(`\n  look    ${kept.connect}\n  stop    ${kept.stop}\n`)
  const unwritten = await leaveEvidence(record, facts, config.values.out)
  const unrecorded = await recordVerdict(record, setDigest, config.values.history)
  const untold = await team.tell(noticeOf(record))
  if (unwritten && record.verdict.answer === 'GO') throw withoutEvidence(unwritten)
  const summaryFile = process.env['GITHUB_STEP_SUMMARY']
  if (summaryFile) await appendFile(summaryFile, `${renderMarkdownSummary(record)}\n`)
  if (json) process.stdout.write(`${renderJson(record)}\n`)
  else {
    const color = process.stdout.isTTY && !process.env['NO_COLOR']
    const width = process.stdout.columns ?? 100
    const evidence = unwritten ? 'could not be written' : relative(process.cwd(), config.values.out) || '.'
    process.stdout.write(`\n${renderTerminal(record, { color, width, evidence })}\n`)
  }
  for (const fault of [unwritten, unrecorded, untold]) if (fault) process.stderr.write(renderFault(fault, false))
  const code = exitCodeOfRecord(record)
  // Code 0 says that nobody need look. Who counts on being told would take silence for that.
  process.exitCode = untold && code === exitCode.go ? exitCode.undecided : code
}

/** As reports print it. */
function readSeed(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed
  throw new Fault('E_USAGE', '--inoculate-seed is no number below 4294967296', { hint: 'take it from a report' })
}

/** The fault that kept the evidence from being written; null when all of it is there. */
async function leaveEvidence(record: RehearsalRecord, facts: Facts | null, folder: string): Promise<Fault | null> {
  try {
    await writeEvidence(record, facts && factsText(facts), folder)
    return null
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind !== 'environment') throw fault
    return fault
  }
}

function withoutEvidence(fault: Fault): Fault {
  return new Fault(
    fault.code,
    `${fault.message}; everything was as it must be, but a GO without its evidence is none`,
    {
      ...(fault.hint ? { hint: fault.hint } : {}),
      cause: fault,
    },
  )
}
