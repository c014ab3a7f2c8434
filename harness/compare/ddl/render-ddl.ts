import { identityOf, partsOfIdentity, type ObjectFact, type ObjectKind } from '../../facts/index.ts'
import { ending } from './ending.ts'
import { others } from './others.ts'
import { PropertyReader } from './property-reader.ts'
import { relations } from './relations.ts'
import { routines } from './routines.ts'
import type { DdlRenderer, DdlSubject } from './types.ts'

const renderers: Readonly<Partial<Record<ObjectKind, DdlRenderer>>> = { ...relations, ...routines, ...others }

export interface DdlOptions {
  /** Columns, constraints, … of a relation that is shown as a whole. */
  readonly parts?: readonly ObjectFact[]
  /** Properties that are shown as comment lines whatever the statements say. */
  readonly spelledOut?: readonly string[]
}

/**
 * An object's definition as statements, for reading: canonical, so that two objects that are equal are equal texts, and
 * a clause a line, so that a diff shows the clause. Not for running: names stand as facts spell them, and what has no
 * statement of its own stands in comment lines, so that nothing an object has is left out.
 */
export function renderDdl(object: ObjectFact, options: DdlOptions = {}): string {
  const [schema = '', second = '', third] = partsOfIdentity(object.identity)
  const { parts = [], spelledOut = [] } = options
  const properties = new PropertyReader(object)
  const subject: DdlSubject = {
    object,
    name: nameOf(object),
    relation: identityOf(second === '' ? [schema] : [schema, second]),
    part: identityOf([third ?? second ?? '']),
    properties,
    parts,
  }
  const render = renderers[object.kind]
  const statements = render ? render(subject) : [`-- ${object.kind} ${object.identity}`]
  const said = [...statements, ...ending(subject)]
  const rest = properties.rest().filter(([name]) => !spelledOut.includes(name))
  const asked = spelledOut.map((name) => [name, object.properties[name] ?? 'none'] as const)
  const comments = [...rest, ...asked].map(([name, value]) => commentLines(name, value))
  const shownParts = parts.filter(({ kind }) => kind !== 'column').map((part) => renderDdl(part).trimEnd())
  const columns = parts.filter(({ kind }) => kind === 'column').flatMap(columnExtras)
  return `${[...said, ...comments, ...columns, ...shownParts].join('\n')}\n`
}

/** What a column has beside its line in CREATE TABLE. */
function columnExtras(column: ObjectFact): string[] {
  const [, ...more] = renderDdl(column).trimEnd().split('\n')
  return more
}

function nameOf({ identity, kind }: ObjectFact): string {
  return kind === 'function' || kind === 'aggregate' ? identityOf(partsOfIdentity(identity)) : identity
}

function commentLines(name: string, value: string): string {
  return value.includes('\n') ? `-- ${name}:\n${value.replace(/^/gm, '--   ')}` : `-- ${name}: ${value}`
}
