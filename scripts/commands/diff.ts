import { Command, Option } from 'commander'
import { parseIgnoreRule } from '../../harness/compare/index.ts'
import { loadConfig } from '../../harness/config/index.ts'
import { asFault, exitCode, systemClock } from '../../harness/core/index.ts'
import { diffSides, type Depth, type DiffReport } from '../../harness/run/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { renderDiffMarkdown } from '../render-diff-markdown.ts'
import { renderDiff } from '../render-diff.ts'
import { renderFault } from '../render-fault.ts'
import { terminalProgress } from '../terminal-progress.ts'
import { collect, depthOption } from './facts.ts'

const formats = ['text', 'json', 'markdown'] as const

interface DiffFlags {
  readonly ignore?: readonly string[]
  readonly format: (typeof formats)[number]
  readonly depth: Depth
  readonly schema?: readonly string[]
  readonly identity?: string
  readonly config?: string
}

export function diffCommand(): Command {
  const side = 'env:NAME, a connection URL without a password, a facts file, or a dump or its folder'
  return new Command('diff')
    .description('what differs between two databases, facts files or backups, the gravest first')
    .argument('<a>', side)
    .argument('<b>', side)
    .option(
      '--ignore <kind[:pattern]>',
      'leave out a kind of object, `rows`, or a property; may be given again',
      collect,
    )
    .addOption(new Option('--format <format>', 'how to print it').choices([...formats]).default('text'))
    .addOption(depthOption())
    .option('--schema <name…>', 'this schema alone, where a database is read; may be given again', collect)
    .option('--identity <key>', 'what an encrypted side is read with: env:NAME, or a key file')
    .option('--config <file>', 'config file that names an engine (default: rehearsal.config.ts in this folder)')
    .action(diff)
}

async function diff(
  a: string,
  b: string,
  { ignore = [], format, depth, schema, identity, config: file }: DiffFlags,
): Promise<void> {
  using interrupt = abortOnSignals()
  const rules = ignore.map(parseIgnoreRule)
  const cwd = process.cwd()
  const config = await loadConfig({
    file,
    flags: { backup: cwd, ...(identity === undefined ? {} : { identity }) },
    env: process.env,
    cwd,
  })
  try {
    const report = await diffSides({
      a,
      b,
      depth,
      ignore: rules,
      schemas: schema ?? null,
      config,
      environment: process.env,
      clock: systemClock,
      progress: terminalProgress(process.stderr),
      signal: interrupt.signal,
    })
    const color = process.stdout.isTTY && !process.env['NO_COLOR']
    process.stdout.write(render[format](report, color))
    process.exitCode = exitCodes[report.answer]
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind !== 'backup') throw fault
    // A backup that can't be restored is not one that differs: 1 would say that the two were compared.
    process.stderr.write(renderFault(fault, false))
    process.exitCode = exitCode.undecided
  }
}

const exitCodes = { same: exitCode.go, differs: exitCode.noGo, undecided: exitCode.undecided } as const

const render: Readonly<Record<DiffFlags['format'], (report: DiffReport, color: boolean) => string>> = {
  text: renderDiff,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: renderDiffMarkdown,
}
