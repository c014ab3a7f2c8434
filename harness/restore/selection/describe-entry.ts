import {
  identifierOf,
  isWord,
  nameAt,
  tokensOf,
  type DumpEntry,
  type OutlineEntry,
  type QualifiedName,
  type StatementEntry,
  type Token,
} from '../../dump/index.ts'
import { relationAt, subjectOf, type Subject } from './subject.ts'

/** What runs: an entry of a dump as it is streamed, or of its outline. */
export type Selectable = Exclude<DumpEntry | OutlineEntry, { readonly kind: 'problem' | 'end' }>

/** One entry, as far as choosing among entries goes. */
export interface Described {
  readonly section: 'session' | 'definition' | 'data'
  readonly subject: Subject
  /** What it is called where it is counted: `CREATE INDEX`, `COPY`. */
  readonly verb: string
  /** As {@link StatementEntry.object} has it. */
  readonly object: string | null
  /** Keys of everything with a schema that a definition names, strings that look like such a name included. */
  readonly names: ReadonlySet<string>
  /** Every identifier in a definition: roles and languages have no schema. */
  readonly words: ReadonlySet<string>
  /** What belongs together: a table and its indexes, sequences, partitions, parents; an extension and its schema. */
  readonly ties: readonly Tie[]
}

export interface Tie {
  readonly by: 'owns' | 'partition' | 'parent' | 'in schema'
  readonly part: string
  readonly whole: string
}

export function keyOf({ schema, name }: QualifiedName): string {
  return `${schema}\0${name}`
}

export function describeEntry(entry: Selectable): Described {
  switch (entry.kind) {
    case 'copy':
    case 'insert':
    case 'inserts':
      return data({ kind: 'relation', ...entry.table }, entry.kind === 'copy' ? 'COPY' : 'INSERT')
    case 'transaction':
      return data({ kind: 'large object' }, 'large objects')
    case 'connect':
      return { ...data({ kind: 'session' }, 'CONNECT'), section: 'session' }
    case 'statement':
      return describeStatement(entry)
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}

const nothing: ReadonlySet<string> = new Set()

function data(subject: Subject, verb: string): Described {
  return { section: 'data', subject, verb, object: null, names: nothing, words: nothing, ties: [] }
}

const dataVerbs =
  /^(?:SELECT (?:setval|lo|pg_restore_)|REFRESH MATERIALIZED VIEW|COPY|INSERT|TRUNCATE|DELETE|UPDATE|LOCK|ANALYZE)/

/** As far into a row's statement as its table is named. */
const tokensOfData = 64

function describeStatement({ verb, object, text }: StatementEntry): Described {
  const isData = dataVerbs.test(verb)
  const sql = text.toString()
  const tokens = isData ? tokensOf(sql).take(tokensOfData).toArray() : [...tokensOf(sql)]
  const subject = subjectOf(verb, tokens)
  if (subject.kind === 'session') return { ...data(subject, verb), section: 'session' }
  if (isData || subject.kind === 'large object' || switchesAllTriggers(verb, tokens)) return data(subject, verb)
  return { section: 'definition', subject, verb, object, ...mentionsOf(tokens), ties: tiesOf(verb, subject, tokens) }
}

/** `--disable-triggers` of a data-only dump. */
function switchesAllTriggers(verb: string, tokens: readonly Token[]): boolean {
  return /^ALTER TABLE (?:EN|DIS)ABLE TRIGGER$/.test(verb) && isWord(tokens.at(-2), 'ALL')
}

function mentionsOf(tokens: readonly Token[]): Pick<Described, 'names' | 'words'> {
  const names = new Set<string>()
  const words = new Set<string>()
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (token?.kind === 'text') {
      const subject = looksQualified.test(token.text) ? relationAt([...tokensOf(token.text)], 0) : null
      if (subject?.kind === 'relation') names.add(keyOf(subject))
      continue
    }
    const word = identifierOf(token)
    if (word === null) continue
    words.add(word)
    const [schema, name] = nameAt(tokens, at)?.parts ?? []
    if (schema !== undefined && name !== undefined) names.add(keyOf({ schema, name }))
  }
  return { names, words }
}

/** `public.users_id_seq`, as in `nextval('…'::regclass)`. */
const looksQualified = /^(?:[\w$\u0080-\uffff]+|"(?:[^"]|"")+")\.(?:[\w$\u0080-\uffff]+|"(?:[^"]|"")+")$/

function tiesOf(verb: string, subject: Subject, tokens: readonly Token[]): readonly Tie[] {
  if (subject.kind === 'extension') {
    const schema = identifierOf(tokens[tokens.findIndex((token) => isWord(token, 'SCHEMA')) + 1])
    return verb === 'CREATE EXTENSION' && tokens.some((token) => isWord(token, 'SCHEMA')) && schema !== null
      ? [{ by: 'in schema', part: subject.name, whole: schema }]
      : []
  }
  if (!('schema' in subject)) return []
  const whole = keyOf(subject)
  const owns = (part: QualifiedName | null): readonly Tie[] => (part ? [{ by: 'owns', part: keyOf(part), whole }] : [])
  const namedBehind = (words: readonly string[]): QualifiedName | null => {
    const at = tokens.findIndex((_, index) => words.every((word, step) => isWord(tokens[index + step], word)))
    return at < 0 ? null : qualified(relationAt(tokens, at + words.length))
  }
  const wholeBehind = (by: Tie['by'], words: readonly string[]): readonly Tie[] => {
    const found = namedBehind(words)
    return found ? [{ by, part: whole, whole: keyOf(found) }] : []
  }
  switch (verb) {
    case 'CREATE INDEX': {
      const name = identifierOf(tokens[tokens.findIndex((token) => isWord(token, 'ON')) - 1])
      return name === null ? [] : owns({ schema: subject.schema, name })
    }
    case 'CREATE STATISTICS':
      return owns(namedBehind(['STATISTICS']))
    case 'ALTER TABLE ADD CONSTRAINT': {
      // A key's index has its name.
      const name = identifierOf(tokens[tokens.findIndex((token) => isWord(token, 'CONSTRAINT')) + 1])
      return name === null ? [] : owns({ schema: subject.schema, name })
    }
    case 'ALTER TABLE ALTER COLUMN ADD GENERATED':
      return owns(namedBehind(['SEQUENCE', 'NAME']))
    case 'ALTER SEQUENCE OWNED BY':
      return wholeBehind('owns', ['OWNED', 'BY'])
    case 'ALTER TABLE ATTACH PARTITION': {
      const part = namedBehind(['ATTACH', 'PARTITION'])
      return part ? [{ by: 'partition', part: keyOf(part), whole }] : []
    }
    case 'CREATE TABLE': {
      const at = tokens.findIndex((token) => isWord(token, 'INHERITS'))
      const parent = at < 0 ? null : qualified(relationAt(tokens, at + 2))
      return [...wholeBehind('partition', ['PARTITION', 'OF']), ...(parent ? [parentOf(whole, parent)] : [])]
    }
    default:
      return []
  }
}

function parentOf(part: string, parent: QualifiedName): Tie {
  return { by: 'parent', part, whole: keyOf(parent) }
}

function qualified(subject: Subject): QualifiedName | null {
  return 'schema' in subject ? { schema: subject.schema, name: subject.name } : null
}
