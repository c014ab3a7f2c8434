import { asFault, Fault } from '../harness/core/index.ts'
import { findClientTools, type ClientTools } from '../harness/restore/testing/client-tools.ts'

/**
 * Runs a program of the bench and leaves its exit code: 0 when every run ended well, whoever was faster. The first
 * Ctrl-C or SIGTERM clears servers and folders away; the second ends us at once.
 */
export async function runMain(usage: string, main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => controller.abort(new Fault('E_INTERRUPTED', `interrupted by ${name}`)))
  }
  try {
    await main(controller.signal)
  } catch (thrown) {
    const fault = asFault(controller.signal.aborted ? controller.signal.reason : thrown)
    const isUsage = fault.code === 'E_USAGE' || isUnknownOption(thrown)
    tell(isUsage ? `${fault.message}\n${usage}` : describeFault(fault))
    process.exitCode = isUsage ? 64 : 1
  }
}

export function describeFault({ code, message, hint }: Fault): string {
  return `${message} [${code}]${hint ? `\n→ ${hint}` : ''}`
}

function isUnknownOption(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS')
}

export async function requireTools(major: number): Promise<ClientTools> {
  const tools = await findClientTools(major)
  if (tools !== null) return tools
  throw new Fault('E_PATH_NOT_FOUND', `psql, pg_dump and pg_restore ${major} are not installed`, {
    hint: 'name the folder that holds <major>/bin in REHEARSAL_CLIENTS',
  })
}

/** What goes on is for stderr, results are for stdout. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
