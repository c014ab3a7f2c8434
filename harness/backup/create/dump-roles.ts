import { join } from 'node:path'
import type { DumpCall } from './dump-snapshot.ts'
import { openConnection } from './open-connection.ts'
import { failureOf, runTool } from './run-tool.ts'
import type { RecordedProcess } from './types.ts'

/** The cluster's roles, beside the dump: pg_dumpall knows no snapshot. */
export async function dumpRoles<Recorded extends RecordedProcess>(
  call: DumpCall<Recorded>,
  name: string,
): Promise<void> {
  const { request, survey, tools, folder } = call
  await using connection = await openConnection(call)
  const args = [
    `--dbname=${connection.connection}`,
    `--database=${survey.database}`,
    '--no-password',
    '--roles-only',
    ...(survey.mayReadPasswords && request.rolePasswords !== false ? [] : ['--no-role-passwords']),
    '--no-sync',
    `--file=${join(folder, name)}`,
  ]
  const run = { program: 'pg_dumpall', args, connection, signal: request.signal } as const
  const ended = await runTool(tools, run)
  if (ended.code !== 0) throw failureOf(run, ended)
}
