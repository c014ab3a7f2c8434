import { Fault } from '../../core/index.ts'
import { isWord, tokensOf, type OutlinedDump, type OutlineEntry } from '../../dump/index.ts'
import { describeEntry, keyOf, type Described } from '../selection/describe-entry.ts'
import { NewNames } from './new-names.ts'
import { renameOfRows, renameOfSequence, renameOfTable, type NewTable, type RenamedStatement } from './rename-entry.ts'
import type { BesideFile, BesideLeftOut, BesidePlan, BesideStep, BesideTable, Renamed } from './types.ts'

/** An entry of a dump's outline, and what it is about. */
export interface Looked {
  readonly entry: OutlineEntry
  readonly about: Described
}

/** A dump's outline with what each entry is about. */
export interface LookedFile {
  readonly name: string
  readonly dump: OutlinedDump
  readonly looked: readonly Looked[]
}

export function lookInto(name: string, dump: OutlinedDump, outline: readonly OutlineEntry[]): LookedFile {
  return { name, dump, looked: outline.map((entry) => ({ entry, about: describeEntry(entry) })) }
}

/** A table on its way to its new name. */
interface Draft extends Renamed, NewTable {
  readonly parts: Map<string, string>
}

/**
 * What of the dumps runs to bring tables back under new names, and under which names their sequences, keys and indexes
 * come. `taken`: the names in a schema of the target. Throws `E_SELECTION_EMPTY` for what is no plain table.
 */
export function planBeside(
  files: readonly LookedFile[],
  pairs: readonly Renamed[],
  taken: (schema: string) => ReadonlySet<string>,
): BesidePlan {
  const entries = files.flatMap(({ looked }) => looked.map(({ about }) => about))
  const all = files.flatMap(({ looked }) => looked)
  for (const { from } of pairs) requirePlain(keyOf(from), all)
  const names = new Map(pairs.map(({ to }) => [to.schema, new NewNames(taken(to.schema))]))
  for (const { to } of pairs) names.get(to.schema)?.reserve(to.name)
  const drafts = pairs.map((pair) => draftOf(pair, entries, names.get(pair.to.schema) ?? new NewNames(new Set())))
  const leftOut = new Map<string, BesideLeftOut>()
  const leave = (verb: string, reason: string): void => {
    leftOut.set(reason, { verb, reason, count: (leftOut.get(reason)?.count ?? 0) + 1 })
  }
  const planned = files.map((file): BesideFile => {
    const steps = file.looked.flatMap((looked) => stepsOf(looked, drafts, leave))
    return { name: file.name, dump: file.dump, steps }
  })
  requireReadable(files, drafts)
  return {
    tables: drafts.map(({ from, to, sequences, parts }): BesideTable => ({
      from,
      to,
      sequences: [...sequences].map(([key, name]) => {
        const [schema = '', old = ''] = key.split('\0')
        return { from: { schema, name: old }, to: name }
      }),
      parts: [...parts].map(([old, name]) => ({ from: old, to: name })),
    })),
    files: planned,
    leftOut: [...leftOut.values()].sort((a, b) => a.count - b.count),
  }
}

function draftOf(pair: Renamed, entries: readonly Described[], names: NewNames): Draft {
  const { from, to } = pair
  const key = keyOf(from)
  const made = new Set(
    entries.flatMap(({ verb, subject }) => (verb === 'CREATE SEQUENCE' && 'schema' in subject ? [keyOf(subject)] : [])),
  )
  const own = entries.filter(({ subject }) => subject.kind === 'relation' && keyOf(subject) === key)
  const needed = [
    // An identity's sequence is made with its column.
    ...own.flatMap(({ verb, ties }) => (verb.endsWith('ADD GENERATED') ? ties.map(({ part }) => part) : [])),
    ...entries.flatMap(({ ties }) =>
      ties.flatMap(({ by, part, whole }) => (by === 'owns' && whole === key && made.has(part) ? [part] : [])),
    ),
    ...own.flatMap((one) =>
      /^CREATE TABLE|SET DEFAULT$/.test(one.verb) ? [...one.names].filter((name) => made.has(name)) : [],
    ),
  ]
  const give = (part: string): string => names.give(part, from, to)
  const sequences = new Map(
    [...new Set(needed)].map((one) => [one, { schema: to.schema, name: give(one.split('\0')[1] ?? '') }]),
  )
  const parts = new Map<string, string>()
  const part = (name: string): string => {
    const given = parts.get(name) ?? give(name)
    parts.set(name, given)
    return given
  }
  return { from, to, sequences, parts, part }
}

/** Steps of one entry: none, or one for each copy that it is about. */
function stepsOf(
  { entry, about }: Looked,
  drafts: readonly Draft[],
  leave: (verb: string, reason: string) => void,
): readonly BesideStep[] {
  if (entry.kind === 'statement' && about.subject.kind === 'session') return [{ kind: 'setting', entry }]
  const { subject, verb } = about
  if (entry.kind === 'connect' || subject.kind === 'session') return []
  const key = subject.kind === 'relation' ? keyOf(subject) : null
  const steps = drafts.flatMap((draft): readonly BesideStep[] => {
    const sequence = key === null ? undefined : draft.sequences.get(key)
    const isTable = key === keyOf(draft.from)
    if (!isTable && sequence === undefined) return []
    const into = draft.to
    switch (entry.kind) {
      case 'copy':
        return [{ kind: 'copy', entry, into, statement: renameOfRows(entry.statement, into) }]
      case 'inserts':
        return [{ kind: 'inserts', entry, into }]
      case 'statement': {
        const renamed: RenamedStatement =
          sequence === undefined
            ? tableStatement(about, () => renameOfTable(entry, draft))
            : renameOfSequence(entry, sequence, draft)
        if (Buffer.isBuffer(renamed)) return [{ kind: 'statement', entry, text: renamed }]
        leave(verb, `${draft.from.schema}.${draft.from.name}: ${renamed.without}`)
        return []
      }
      case 'transaction':
        return []
      default:
        throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
    }
  })
  if (
    steps.length === 0 &&
    !drafts.some(({ from, sequences }) => key === keyOf(from) || (key !== null && sequences.has(key)))
  )
    leave(verb, 'not of what was asked for')
  return steps
}

/** What speaks of rows and is no block of them (TRUNCATE, statistics, switching triggers) is not for the copy. */
function tableStatement({ section, verb }: Described, rename: () => RenamedStatement): RenamedStatement {
  return section === 'definition' ? rename() : { without: `${verb}: not for a copy` }
}

/** New names are written in UTF-8; in a dump of another encoding the server would read them otherwise. */
function requireReadable(files: readonly LookedFile[], drafts: readonly Draft[]): void {
  const names = drafts.flatMap(({ to, sequences, parts }) => [
    to.name,
    to.schema,
    ...[...sequences.values()].map(({ name }) => name),
    ...parts.values(),
  ])
  const encoding = files
    .map(({ dump: { summary } }) => summary.encoding)
    .find((one) => !/^(?:UTF-?8|SQL_ASCII)$/i.test(one ?? 'UTF8'))
  const beyond = names.find((name) => Buffer.byteLength(name) !== name.length)
  if (encoding === undefined || beyond === undefined) return
  throw new Fault('E_SELECTION_EMPTY', `the dump is in ${encoding}, in which ${beyond} can't be said`, {
    hint: 'give a name of plain letters; what has others itself can only be restored into an empty database',
  })
}

/** Only what one CREATE TABLE makes whole. */
function requirePlain(key: string, looked: readonly Looked[]): void {
  const name = key.replace('\0', '.')
  const refuse = (why: string): never => {
    throw new Fault('E_SELECTION_EMPTY', `${name} can't be brought back beside another: ${why}`, {
      hint: 'restore it into an empty database (--table without --as), and copy its rows from there',
    })
  }
  const made = looked.filter(
    ({ about: { subject, verb } }) =>
      subject.kind === 'relation' && keyOf(subject) === key && verb.startsWith('CREATE '),
  )
  const definition = made.find(({ about: { verb } }) =>
    /^CREATE (?:TABLE|FOREIGN TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE)$/.test(verb),
  )
  if (definition === undefined || definition.entry.kind !== 'statement')
    return refuse('the backup holds no definition of it')
  const { verb, ties } = definition.about
  if (verb !== 'CREATE TABLE') return refuse(`it is no table (${verb})`)
  const tokens = [...tokensOf(definition.entry.text.toString())]
  if (tokens.some((token, at) => isWord(token, 'PARTITION') && isWord(tokens[at + 1], 'BY')))
    return refuse('it is partitioned')
  if (ties.some(({ by }) => by === 'parent' || by === 'partition')) return refuse('it inherits from another')
  if (tokens.some((token) => isWord(token, 'REFERENCES'))) return refuse('its definition holds foreign keys')
  return undefined
}
