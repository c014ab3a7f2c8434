import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { findLatestSet } from '../../harness/backup/index.ts'
import { loadConfig } from '../../harness/config/index.ts'
import { asFault, exitCode, Fault, systemClock } from '../../harness/core/index.ts'
import { readFacts, type Facts, type TableFact } from '../../harness/facts/index.ts'
import {
  answerOfCounts,
  compareCounts,
  countRows,
  findOtherSchemas,
  ManagementApi,
  readAccess,
  readProjectRef,
  requireAnswer,
  type BaselineTable,
  type CountReport,
} from '../../harness/supabase/management/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderFault } from '../render-fault.ts'
import { renderCounts } from '../render-platform.ts'

interface CountsFlags {
  readonly against: string
  readonly projectRef?: string
  readonly tolerance?: string
  readonly config?: string
  readonly format: 'text' | 'json'
}

const exitCodes = { same: exitCode.go, differs: exitCode.noGo, undecided: exitCode.undecided } as const

export function countsCommand(): Command {
  return new Command('counts')
    .description('rows per table of production beside a backup’s, without the database’s password: counts alone')
    .requiredOption('--against <facts or set>', 'a facts file, or a set with a baseline, or a folder of sets')
    .option('--project-ref <ref>', 'the project (default: supabase.projectRef of the config, SUPABASE_PROJECT_REF)')
    .option('--tolerance <share>', 'drift that is no difference (default: the config’s tolerances)')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action((own: CountsFlags, command: Command) => {
      const { projectRef, format, config } = command.parent?.opts<Partial<CountsFlags>>() ?? {}
      // What both have, the outer one takes where it comes after the words of this one.
      return counts({
        ...own,
        ...(projectRef !== undefined && { projectRef }),
        ...(config !== undefined && { config }),
        ...(format === 'json' && { format }),
      })
    })
}

async function counts(flags: CountsFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const cwd = process.cwd()
  const given = { backup: cwd, tolerance: flags.tolerance }
  const { values } = await loadConfig({ file: flags.config, flags: given, env: process.env, cwd })
  const ref = readProjectRef(flags.projectRef, process.env, values.supabase)
  const api = new ManagementApi(readAccess(process.env), ref, { signal: interrupt.signal, timeoutMs: 120_000 })
  let facts: Facts
  try {
    facts = await factsOf(resolve(cwd, flags.against))
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind !== 'backup') throw fault
    // 1 would say that the two were compared.
    process.stderr.write(renderFault(fault, false))
    process.exitCode = exitCode.undecided
    return
  }
  const production = requireAnswer(await countRows(api, facts.schemas), 'production’s rows were not counted')
  const { rows, tables } = values.tolerances
  const compared = compareCounts(
    facts.tables.map(toBaseline),
    production,
    (table) => tables[`${table.schema}.${table.name}`] ?? rows,
  )
  // Where the config names the schemas, the others are left out by choice.
  const others = values.schemas === null ? await findOtherSchemas(api, facts.schemas) : []
  const findings = [...compared, ...others]
  const report: CountReport = {
    kind: 'platform-counts',
    version: 1,
    at: systemClock.now().toISOString(),
    ref,
    answer: answerOfCounts(findings),
    findings,
  }
  const color = process.stdout.isTTY && !process.env['NO_COLOR']
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderCounts(report, facts.takenAt, color),
  )
  process.exitCode = exitCodes[report.answer]
}

function toBaseline({ schema, name, rows, unreadable, condition, populated }: TableFact): BaselineTable {
  const blind =
    unreadable !== undefined
      ? `it could not be read when the facts were taken: ${unreadable}`
      : condition !== undefined
        ? 'an extension’s table, of which only a part is the project’s'
        : populated
          ? null
          : 'a materialized view that was never refreshed'
  return { schema, name, rows: BigInt(rows), blind }
}

/** A facts file as it is; of a set, or of the latest in a folder, its baseline. */
async function factsOf(path: string): Promise<Facts> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Fault('E_PATH_NOT_FOUND', `there is no ${path}`, { hint: 'name a facts file, or a set', cause })
  })
  if (found.isFile()) return readFacts(path)
  const set = await findLatestSet(path)
  const baseline = set.files.find(({ kind }) => kind === 'baseline')
  if (baseline && !baseline.path.endsWith('.age')) return readFacts(baseline.path)
  throw new Fault(
    'E_BASELINE_INVALID',
    `the set in ${set.root} has no baseline ${baseline ? 'that is not encrypted' : 'to compare with'}`,
    {
      hint: 'write one with rehearse facts, or give the facts.json of a rehearsal',
    },
  )
}
