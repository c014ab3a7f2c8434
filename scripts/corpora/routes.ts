import { findClientTools } from '../../harness/restore/testing/client-tools.ts'
import { oracleEngine } from '../../harness/restore/testing/oracle-test.ts'

/** From the server that is dumped to the one that the dump is restored on. */
export interface Route {
  readonly from: number
  readonly to: number
}

/** Those a dump of that major is taken along, where the servers are at hand: its own major, the newer ones, and the oldest. */
export async function routesOf(major: number): Promise<readonly Route[]> {
  const routes = [
    { from: major, to: major },
    ...newerMajors.filter((to) => to > major).map((to) => ({ from: major, to })),
    ...(major > oldestMajor ? [{ from: oldestMajor, to: newerMajors[0] }] : []),
  ]
  const canBeTaken = await Promise.all(
    routes.map(async ({ from, to }) => (await isAtHand(from)) && (await isAtHand(to))),
  )
  return routes.filter((_, index) => canBeTaken[index])
}

const newerMajors = [17, 18] as const
const oldestMajor = 13

async function isAtHand(major: number): Promise<boolean> {
  const lacks = await oracleEngine().lacks({ major, extensions: [], plainBytes: 0, superuser: 'postgres' })
  const tools = await findClientTools(major)
  return lacks.length === 0 && tools !== null && Number.parseInt(tools.version, 10) === major
}
