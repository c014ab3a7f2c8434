import { Command } from 'commander'
import { styleText } from 'node:util'
import { scrubLine } from '../../harness/core/index.ts'
import { probeMachine } from '../../harness/engine/index.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has and lacks, and what to do about it')
    .option('--json', 'print the probes as JSON')
    .action(examine)
}

const marks = {
  ok: styleText('green', '✓'),
  limited: styleText('yellow', '!'),
  missing: styleText('red', '✗'),
} as const

async function examine({ json = false }: { readonly json?: boolean }): Promise<void> {
  const probes = await probeMachine()
  if (json) {
    process.stdout.write(`${JSON.stringify(probes, null, 2)}\n`)
    return
  }
  for (const probe of probes) {
    process.stdout.write(`${marks[probe.status]} ${probe.what.padEnd(24)} ${scrubLine(probe.found)}\n`)
    if (probe.remedy) process.stdout.write(`  ${''.padEnd(24)} → ${scrubLine(probe.remedy)}\n`)
  }
}
