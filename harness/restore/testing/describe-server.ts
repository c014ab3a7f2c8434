import type { ServerAddress } from '../../postgres/index.ts'
import { runTool, type ClientTools } from './client-tools.ts'
import { runTools, type ToolRun } from './run-tools.ts'

/** One text that a server is compared by. */
export interface Description {
  readonly title: string
  readonly text: Buffer
}

/** Each server's roles and databases, as the stock tools dump them: definitions, rows, owners, privileges, settings. */
export async function describeServers(
  tools: ClientTools,
  addresses: readonly ServerAddress[],
  databases: readonly string[],
): Promise<readonly (readonly Description[])[]> {
  const restrict = await key(tools)
  const titles = ['the roles', ...databases.map((database) => `database ${database}`)]
  const runs = (address: ServerAddress): readonly ToolRun[] => [
    { tool: 'pg_dumpall', args: ['--roles-only', '-l', 'postgres', ...restrict], address },
    ...databases.map((name): ToolRun => ({ tool: 'pg_dump', args: ['--create', '-d', name, ...restrict], address })),
  ]
  const outputs = await runTools(tools, addresses.map(runs))
  return outputs.map(({ stdout }) => stdout.map((text, at) => ({ title: titles[at] ?? '', text })))
}

/** By the tools' folder. */
const keys = new Map<string, Promise<readonly string[]>>()

/** Both sides' `\restrict` lines with one key. Every minor that writes the lines (15.14, 17.6) has the option. */
async function key(tools: ClientTools): Promise<readonly string[]> {
  const asked = keys.get(tools.folder) ?? askForKey(tools)
  keys.set(tools.folder, asked)
  return asked
}

async function askForKey(tools: ClientTools): Promise<readonly string[]> {
  const { stdout } = await runTool(tools, 'pg_dump', ['--help'])
  return stdout.includes('--restrict-key') ? ['--restrict-key=twins'] : []
}
