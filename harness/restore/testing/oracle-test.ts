import { embeddedEngine, type Engine } from '../../engine/index.ts'
import { clientFolders, findClientTools, type ClientTools } from './client-tools.ts'
import { isRequired } from '../../core/testing/is-required.ts'

/** Those that Debian will have for long, and whose servers are the project's own dependencies. */
const lastingMajors = [15, 17]

export interface Oracle {
  readonly major: number
  readonly tools: ClientTools | null
  /** For a suite's title: why it is skipped, where it is. */
  readonly title: string
  readonly isSkipped: boolean
}

/** The stock tools of that major for servers of it, or what to say instead. */
export async function findOracle(major: number): Promise<Oracle> {
  const tools = await findClientTools(major)
  const lack = await lackOf(major, tools)
  return {
    major,
    tools,
    title: `PostgreSQL ${major}, ${lack === null ? `by psql and pg_dump ${tools?.version}` : `skipped: ${lack}`}`,
    isSkipped: lack !== null && !(isRequired('oracles') && lastingMajors.includes(major)),
  }
}

async function lackOf(major: number, tools: ClientTools | null): Promise<string | null> {
  if (tools === null) return `no pg_dump of it (install postgresql-client-${major}, or set REHEARSAL_CLIENTS)`
  // A newer major's tools stand in for those that everyone has; the others are there for their own sake.
  if (!lastingMajors.includes(major) && Number.parseInt(tools.version, 10) !== major) {
    return `no pg_dump of it (.ci/install-client-tools gets one, set REHEARSAL_CLIENTS)`
  }
  const [lack] = await oracleEngine().lacks({ major, extensions: [], plainBytes: 0, superuser: 'postgres' })
  return lack === undefined ? null : 'no server of it (.ci/install-client-tools gets one, set REHEARSAL_CLIENTS)'
}

/** Servers of the project's own majors, and of those beside the tools. */
export function oracleEngine(): Engine {
  const [projectFolder] = clientFolders()
  return embeddedEngine(projectFolder === undefined ? {} : { projectFolder })
}

/** The tools, in a test that is not skipped. */
export function toolsOf({ tools, title }: Oracle): ClientTools {
  if (tools === null) throw new Error(title)
  return tools
}
