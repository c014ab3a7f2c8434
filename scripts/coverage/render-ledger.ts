import { mutants } from '../../harness/compare/mutants/index.ts'
import { catalogues } from './catalogues.ts'
import { dumpedKinds } from './dumped-kinds.ts'
import { buildLedger, type LedgerKind } from './ledger.ts'

/** docs/coverage.md: the same code gives the same bytes. */
export function renderLedger(): string {
  const ledger = buildLedger()
  const properties = ledger.flatMap((kind) => kind.properties)
  return `# Coverage

What facts hold of a database, how two databases are compared by it, and how many mutants prove that a change is seen. A
mutant changes one thing in a database that holds an object of every kind; the comparison must name that thing and nothing
else. Written by \`node scripts/coverage.ts\`; a test keeps it up to date.

${ledger.length} kinds of objects, ${properties.length} properties, ${mutants.length} mutants, of which ${mutants.filter(({ restoreOnly }) => restoreOnly !== undefined).length} change what \`pg_dump\` and
\`pg_dumpall\` do not write.

## What pg_dump writes

The steps of pg_dump (\`getSchemaData\` and what its \`main\` adds) and of pg_dumpall's globals.

| step | kinds of facts |
|---|---|
${dumpedKinds.map(({ step, kinds, instead }) => row([step, [kinds.join(', '), instead ?? ''].filter((text) => text !== '').join('; ')])).join('\n')}

## Kinds and properties

*exact*: another value is a finding. *notice*: it is shown and does not change the answer. Counts are of mutants.

| kind | property | compared | mutants |
|---|---|---|---|
${ledger.flatMap(rowsOf).join('\n')}

## Catalogues

Each catalogue of the server, which kinds are read from it, and its columns that no query reads.

| catalogue | kinds | columns that are not read |
|---|---|---|
${catalogues.map(({ name, kinds, instead, unread }) => row([`\`${name}\``, instead ?? kinds.join(', '), excuses(unread)])).join('\n')}
`
}

function rowsOf({ kind, missing, extra, properties }: LedgerKind): readonly string[] {
  return [
    row([`**${kind}**`, '*missing*', 'exact', String(missing)]),
    row(['', '*one more*', 'exact', String(extra)]),
    ...properties.map(({ name, compared, mutants, instead }) =>
      row(['', name, compared, mutants === 0 ? (instead ?? '**none**') : String(mutants)]),
    ),
  ]
}

/** `a, b: why`, one reason after the other. */
function excuses(unread: Readonly<Record<string, string>>): string {
  const byReason = Map.groupBy(Object.keys(unread), (column) => unread[column] ?? '')
  return [...byReason]
    .map(([why, columns]) => `${columns.map((column) => `\`${column}\``).join(', ')}: ${why}`)
    .join('; ')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
