import { Command } from 'commander'
import { styleText } from 'node:util'
import { scrubLine } from '../../harness/core/index.ts'
import { probeMachine, type Probe } from '../../harness/engine/index.ts'
import { clientFolders, probeClients } from '../../harness/restore/index.ts'
import { probeConnections } from '../probe-connections.ts'

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
  unused: '·',
} as const

const headings = {
  engines: 'engines',
  machine: 'this machine',
  clients: "PostgreSQL's own clients",
  connections: 'connections, by their addresses (none was tried)',
} as const

async function examine({ json = false }: { readonly json?: boolean }): Promise<void> {
  const probes = [
    ...(await probeMachine()),
    ...(await probeClients(await clientFolders(process.env))),
    ...(await probeConnections(process.cwd(), process.env)),
  ]
  process.stdout.write(json ? `${JSON.stringify(probes, null, 2)}\n` : renderProbes(probes))
}

function renderProbes(probes: readonly Probe[]): string {
  const width = Math.max(...probes.map(({ what }) => what.length)) + 2
  return (['engines', 'machine', 'clients', 'connections'] as const)
    .filter((group) => probes.some((probe) => probe.group === group))
    .map((group) => {
      const own = probes.filter((probe) => probe.group === group)
      return [headings[group], ...own.flatMap((probe) => renderProbe(probe, width)), ''].join('\n')
    })
    .join('\n')
}

function renderProbe({ what, status, found, remedy }: Probe, width: number): readonly string[] {
  const line = `  ${marks[status]} ${what.padEnd(width)}${scrubLine(found, 300)}`
  return remedy === null ? [line] : [line, `    ${' '.repeat(width)}→ ${scrubLine(remedy, 500)}`]
}
