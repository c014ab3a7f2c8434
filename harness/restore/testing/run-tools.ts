import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServerAddress } from '../../postgres/index.ts'
import { toolEnvironment, type ClientTool, type ClientTools } from './client-tools.ts'

export interface ToolRun {
  readonly tool: ClientTool
  readonly args: readonly string[]
  readonly address: ServerAddress
}

/** What each run of a list wrote, and what all of the list said. */
export interface ToolOutputs {
  readonly stdout: readonly Buffer[]
  readonly stderr: string
}

/**
 * Lists of runs side by side, those of one list in their order, out of one shell: to start a process from here costs more
 * than most of these runs do. Throws when one ends with an error.
 */
export async function runTools(
  tools: ClientTools,
  lists: readonly (readonly ToolRun[])[],
): Promise<readonly ToolOutputs[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tools-'))
  try {
    const started = lists.map((runs, list) => {
      const words = runs.map((run, at) => `${wordsOf(tools, run)} >${list}-${at}.out`)
      return `(${words.join(' && ')}) 2>${list}.err & pid_${list}=$!`
    })
    const ended = lists.map((_, list) => `wait $pid_${list} || { cat ${list}.err >&2; failed=1; }`)
    const script = ['failed=0', ...started, ...ended, 'exit $failed'].join('\n')
    await promisify(execFile)('/bin/sh', ['-c', script], { cwd: folder, env: toolEnvironment })
    return await Promise.all(
      lists.map(async (runs, list) => ({
        stdout: await Promise.all(runs.map((_, at) => readFile(join(folder, `${list}-${at}.out`)))),
        stderr: await readFile(join(folder, `${list}.err`), 'utf8'),
      })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function wordsOf({ folder }: ClientTools, { tool, args, address }: ToolRun): string {
  const server = [`PGHOST=${quote(address.host)}`, `PGPORT=${address.port}`, `PGUSER=${quote(address.user)}`]
  return [...server, ...[join(folder, tool), ...args].map(quote)].join(' ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
