import { quoteIdentifier } from '../../core/index.ts'
import { identifierOf, isWord, tokensOf, type QualifiedName, type StatementEntry } from '../../dump/index.ts'
import { keyOf } from '../selection/describe-entry.ts'
import { after, beforeName, relationAt, skip } from '../selection/subject.ts'
import { Rewriting } from './rewriting.ts'

/** What one table and its parts are called from now on. */
export interface NewTable {
  readonly to: QualifiedName
  /** By key. */
  readonly sequences: ReadonlyMap<string, QualifiedName>
  readonly part: (name: string) => string
}

/** A statement about a table, said of its copy; or why the copy goes without. */
export type RenamedStatement = Buffer | { readonly without: string }

const without = (reason: string): RenamedStatement => ({ without: reason })

/** A statement whose subject is the table itself. Whatever is not known to concern the copy alone stays away. */
export function renameOfTable({ verb, text, object }: StatementEntry, names: NewTable): RenamedStatement {
  const it = new Rewriting(text)
  const { tokens } = it
  if (verb.startsWith('CREATE TABLE')) {
    it.relation(skip(tokens, after(tokens, 'TABLE'), beforeName), names.to)
    it.texts(sequenceNamed(names))
    return it.finish()
  }
  if (verb === 'ALTER TABLE ADD CONSTRAINT') return renameConstraint(it, names, text)
  if (verb === 'CREATE INDEX') {
    const on = after(tokens, 'ON')
    it.token(on - 2, quoteIdentifier(names.part(nameOf(text, on - 2))))
    it.relation(skip(tokens, on, beforeName), names.to)
    return it.finish()
  }
  if (
    /^ALTER TABLE ALTER COLUMN (?:ADD GENERATED|SET DEFAULT|SET STATISTICS|SET STORAGE|SET COMPRESSION|SET)$/.test(verb)
  ) {
    it.relation(skip(tokens, 2, beforeName), names.to)
    if (verb.endsWith('SET DEFAULT')) it.texts(sequenceNamed(names))
    const sequence = tokens.findIndex((token, at) => isWord(token, 'SEQUENCE') && isWord(tokens[at + 1], 'NAME'))
    const to = sequence < 0 ? undefined : names.sequences.get(keyAt(text, sequence + 2))
    if (to) it.relation(sequence + 2, to)
    else if (verb.endsWith('ADD GENERATED') && sequence >= 0) return without('a sequence of another table')
    return it.finish()
  }
  if (isWord(tokens[0], 'COMMENT') && (isWord(tokens[2], 'TABLE') || isWord(tokens[2], 'COLUMN'))) {
    it.relation(3, names.to)
    return it.finish()
  }
  return without(reasonFor(verb, object))
}

function renameConstraint(it: Rewriting, names: NewTable, text: Buffer): RenamedStatement {
  const { tokens } = it
  const at = after(tokens, 'CONSTRAINT')
  const name = nameOf(text, at)
  if (isWord(tokens[at + 1], 'FOREIGN')) return without(`foreign key ${name}: the copy refers to nothing`)
  it.relation(skip(tokens, 2, beforeName), names.to)
  const isIndex = ['PRIMARY', 'UNIQUE', 'EXCLUDE'].some((word) => isWord(tokens[at + 1], word))
  if (isIndex) it.token(at, quoteIdentifier(names.part(name)))
  return it.finish()
}

/** A statement whose subject is a sequence that the table gets a copy of. */
export function renameOfSequence({ verb, text }: StatementEntry, to: QualifiedName, names: NewTable): RenamedStatement {
  const it = new Rewriting(text)
  const { tokens } = it
  switch (verb) {
    case 'CREATE SEQUENCE':
      it.relation(skip(tokens, after(tokens, 'SEQUENCE'), beforeName), to)
      return it.finish()
    case 'ALTER SEQUENCE OWNED BY':
      it.relation(skip(tokens, 2, beforeName), to)
      it.relation(after(tokens, 'BY'), names.to)
      return it.finish()
    case 'SELECT setval':
      it.texts(sequenceNamed(names))
      return it.finish()
    default:
      return without('what else is said of its sequence')
  }
}

/** `COPY public.users (…) FROM stdin`, `INSERT INTO public.users …`. */
export function renameOfRows(statement: Buffer, to: QualifiedName): Buffer {
  const it = new Rewriting(statement, tokensOfHead)
  it.relation(skip(it.tokens, 1, intoWords), to)
  return it.finish()
}

const tokensOfHead = 8
const intoWords: ReadonlySet<string> = new Set(['INTO', 'ONLY'])

function sequenceNamed({ sequences }: NewTable): (text: string) => QualifiedName | null {
  return (text) => {
    const name = relationAt([...tokensOf(text)], 0)
    return 'schema' in name ? (sequences.get(keyOf(name)) ?? null) : null
  }
}

/** As the dump means it: its bytes as characters. */
function nameOf(text: Buffer, at: number): string {
  return identifierOf([...tokensOf(text.toString())][at]) ?? ''
}

function keyAt(text: Buffer, at: number): string {
  const name = relationAt([...tokensOf(text.toString())], at)
  return 'schema' in name ? keyOf(name) : ''
}

function reasonFor(verb: string, object: string | null): string {
  const name = object?.split('.').at(-1) ?? ''
  if (verb === 'CREATE TRIGGER') return `trigger ${name}: nothing happens by itself in the copy`
  if (verb === 'CREATE RULE') return `rule ${name}: nothing happens by itself in the copy`
  if (verb === 'CREATE POLICY') return `policy ${name}: nobody but its owner reads the copy`
  if (/^(?:GRANT|REVOKE)/.test(verb)) return 'privileges: nobody but its owner reads the copy'
  if (verb.endsWith('OWNER TO')) return 'owner: the copy is of whoever restores'
  if (verb.endsWith('ROW LEVEL SECURITY')) return 'row security: it is on in the copy, whatever it was'
  if (verb.startsWith('COMMENT')) return 'comments on what stays away'
  return `${verb}: not for a copy`
}
