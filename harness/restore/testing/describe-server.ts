import type { ServerAddress } from '../../postgres/index.ts'
import { runTool, type ClientTools } from './client-tools.ts'

/** One text that a server is compared by. */
export interface Description {
  readonly title: string
  readonly text: Buffer
}

/** A server's roles and databases, as the stock tools dump them: definitions, rows, owners, privileges, settings. */
export async function describeServer(
  tools: ClientTools,
  address: ServerAddress,
  databases: readonly string[],
): Promise<readonly Description[]> {
  const roles = await runTool(tools, 'pg_dumpall', ['--roles-only', '-l', 'postgres', ...(await key(tools))], address)
  const described: Description[] = [{ title: 'the roles', text: roles.stdout }]
  for (const database of databases) {
    const dump = await runTool(tools, 'pg_dump', ['--create', '-d', database, ...(await key(tools))], address)
    described.push({ title: `database ${database}`, text: dump.stdout })
  }
  return described
}

/** Both sides' `\restrict` lines with one key. Every minor that writes the lines (15.14, 17.6) has the option. */
async function key(tools: ClientTools): Promise<readonly string[]> {
  const { stdout } = await runTool(tools, 'pg_dump', ['--help'])
  return stdout.includes('--restrict-key') ? ['--restrict-key=twins'] : []
}
