import { asFault, formatCount } from '../../core/index.ts'
import { chooseEngine } from '../../engine/index.ts'
import { differingTexts, reparseDifferences, type Facts, type ObjectFact } from '../../facts/index.ts'
import type { Session } from '../../postgres/index.ts'
import { mentionedObjects } from './mentioned-objects.ts'
import { scratchSchema } from './scratch-schema.ts'
import type { SideRequest } from './types.ts'

/** What needs another thing first is tried again after it, as long as that helps. */
const mostPasses = 8

const scratchDatabase = 'scratch'

/**
 * Both facts with the texts that differ read again by one server: a scratch server of the newer of both majors, for
 * neither database is ours to write to. Where no server can be started the texts stand, and stay open.
 */
export async function reparseOnScratch(
  [a, b]: readonly [Facts, Facts],
  request: SideRequest,
  notes: string[],
): Promise<readonly [Facts, Facts]> {
  const differing = differingObjects(a, b)
  if (differing.length === 0) return [a, b]
  const texts = differing.flatMap(({ was, is }) => [was, is].flatMap(textsOf))
  const need = { major: Math.max(a.server.major, b.server.major), extensions: [], plainBytes: 0, superuser: 'postgres' }
  const { kind, image } = request.config.values.engine
  try {
    const engine = request.engine ?? (await chooseEngine(kind, need, image ? { image } : {})).engine
    await using server = await engine.start(need, { signal: request.signal, progress: request.progress })
    await server.createDatabase(scratchDatabase)
    await using session = await server.connect(scratchDatabase, { signal: request.signal })
    const needed = [a, b].map((facts) => ({ ...facts, objects: mentionedObjects(facts, texts) }))
    await build(session, [...new Set(needed.flatMap(scratchSchema))])
    const spelled = [await reparseDifferences(session, a, b), await reparseDifferences(session, b, a)] as const
    const count = differing.reduce((sum, { names }) => sum + names.length, 0)
    const all = `${formatCount(count)} ${count === 1 ? 'text' : 'texts'} of expressions`
    notes.push(`${all} that differed: read again by a scratch server, PostgreSQL ${server.version}`)
    return spelled
  } catch (thrown) {
    const fault = asFault(thrown)
    if (request.signal.aborted || fault.kind !== 'environment') throw fault
    notes.push(`no scratch server could read differing expressions again: ${fault.message}`)
    return [a, b]
  }
}

async function build(session: Session, statements: readonly string[]): Promise<void> {
  await session.query('SET check_function_bodies = off')
  let waiting = statements
  for (let pass = 0; pass < mostPasses && waiting.length > 0; pass += 1) {
    const refused: string[] = []
    for (const statement of waiting) {
      const { ok } = await session.execute(statement)
      if (!ok) refused.push(statement)
    }
    if (refused.length === waiting.length) return
    waiting = refused
  }
}

interface DifferingObject {
  readonly was: ObjectFact
  readonly is: ObjectFact
  /** Properties whose text differs. */
  readonly names: readonly string[]
}

function differingObjects(a: Facts, b: Facts): DifferingObject[] {
  const others = new Map(b.objects.map((object) => [`${object.kind} ${object.identity}`, object]))
  return a.objects.flatMap((was) => {
    const is = others.get(`${was.kind} ${was.identity}`)
    if (!is) return []
    const names = differingTexts(was, is)
    return names.length > 0 ? [{ was, is, names }] : []
  })
}

/** All that an object says, its own name included. */
function textsOf({ identity, properties }: ObjectFact): string[] {
  return [identity, ...Object.values(properties).filter((text) => text !== null)]
}
