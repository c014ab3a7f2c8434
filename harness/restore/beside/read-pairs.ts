import { Fault } from '../../core/index.ts'
import { nameAt, tokensOf, type QualifiedName } from '../../dump/index.ts'
import type { Described } from '../selection/describe-entry.ts'
import { findAsked } from '../selection/find-asked.ts'
import { longestName } from './new-names.ts'
import type { Renamed, TypedPair } from './types.ts'

/**
 * The tables that were typed as the dumps have them, and their new names as the server would read them. Throws
 * `E_SELECTION_EMPTY` for a table that nothing has, `E_USAGE` for a name that can't be one.
 */
export function readPairs(entries: readonly Described[], typed: readonly TypedPair[]): readonly Renamed[] {
  const pairs = typed.map(({ table, as }) => {
    const [key = ''] = findAsked(entries, { tables: [table], schemas: [] }).tables
    const [schema = '', name = ''] = key.split('\0')
    const from = { schema, name }
    return { from, to: readName(as, from) }
  })
  const names = pairs.map(({ to }) => `${to.schema}.${to.name}`)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    throw new Fault('E_USAGE', `two tables are to be called ${twice}`, { hint: 'give each --as a name of its own' })
  }
  return pairs
}

/** In the old one's schema, where none is named. */
function readName(typed: string, from: QualifiedName): QualifiedName {
  const tokens = [...tokensOf(typed)]
  const read = nameAt(tokens, 0)
  const [first = '', second] = read?.parts ?? []
  const { schema, name } = second === undefined ? { schema: from.schema, name: first } : { schema: first, name: second }
  const isWhole = read?.end === tokens.length && read.parts.length <= 2 && name !== ''
  if (!isWhole || Buffer.byteLength(name) > longestName) {
    throw new Fault('E_USAGE', `--as ${typed} is no name for a table`, {
      hint: `for instance --as ${from.schema}.${from.name}_restored; at most ${longestName} bytes`,
    })
  }
  return { schema, name }
}
