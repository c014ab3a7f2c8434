import { findClientTools, type ClientTools } from './client-tools.ts'

/** Whether the lack of the stock tools is a failure here (CI) and not a reason to skip. */
const isRequired = (process.env['REHEARSAL_REQUIRE'] ?? '').split(/[\s,]+/).includes('oracles')

export interface Oracle {
  readonly major: number
  readonly tools: ClientTools | null
  /** For a suite's title: why it is skipped, where it is. */
  readonly title: string
  readonly isSkipped: boolean
}

/** The stock tools for servers of that major, or what to say instead. */
export async function findOracle(major: number): Promise<Oracle> {
  const tools = await findClientTools(major)
  const lack = `skipped: no pg_dump for PostgreSQL ${major} (install postgresql-client-${major}, or set REHEARSAL_CLIENTS)`
  return {
    major,
    tools,
    title:
      tools === null ? `PostgreSQL ${major}, ${lack}` : `PostgreSQL ${major}, by psql and pg_dump ${tools.version}`,
    isSkipped: tools === null && !isRequired,
  }
}

/** The tools, in a test that is not skipped. */
export function toolsOf({ tools, title }: Oracle): ClientTools {
  if (tools === null) throw new Error(title)
  return tools
}
