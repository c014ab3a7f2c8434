import { quoteIdentifier, quoteLiteral, quoteQualified } from '../core/index.ts'
import { partsOfIdentity } from './identity.ts'
import { indexDefinition } from './queries/indexes.ts'
import { publicationTables } from './queries/publications.ts'
import type { ObjectFact } from './types.ts'

/** Statements that make an object of a text, and the query (one row, column `text`) that reads how the server spells it. */
export interface Twin {
  readonly make: readonly string[]
  readonly read: string
}

const twinName = 'rehearsal_twin'

/**
 * How to make the server read a deparsed text again. Where the table must be locked or scanned for it, an empty
 * temporary table of the same name and columns takes its place: the text may say `users.id`. Several: try in order.
 */
export function twinsOf(fact: ObjectFact, property: string, text: string): readonly Twin[] {
  const parts = partsOfIdentity(fact.identity)
  const [schema = '', name = '', part = ''] = parts
  switch (`${fact.kind} ${property}`) {
    case 'table partitioned by':
      return [
        {
          make: [
            `CREATE TEMPORARY TABLE ${quoteIdentifier(name)} (LIKE ${quoteQualified(schema, name)}) PARTITION BY ${text}`,
          ],
          read: `SELECT pg_catalog.pg_get_partkeydef(${temporary(name)}) AS text`,
        },
      ]
    case 'column default':
      return [
        columnTwin(
          [`CREATE TEMPORARY TABLE ${quoteIdentifier(name)} (${columnOf(fact, part)} DEFAULT ${text})`],
          name,
          part,
        ),
      ]
    case 'column generated':
      return [
        columnTwin(
          [
            likeTable(schema, name),
            `ALTER TABLE pg_temp.${quoteIdentifier(name)} DROP COLUMN ${quoteIdentifier(part)}`,
            `ALTER TABLE pg_temp.${quoteIdentifier(name)} ADD COLUMN ${columnOf(fact, part)} GENERATED ALWAYS AS (${text}) ${fact.properties['generated kind'] ?? 'stored'}`,
          ],
          name,
          part,
        ),
      ]
    case 'constraint definition':
      return constraintTwins(fact, schema, name, text)
    case 'constraint index':
      return [
        indexTwin(
          schema,
          name,
          `ALTER TABLE pg_temp.${quoteIdentifier(name)} ADD ${fact.properties['definition'] ?? ''}`,
        ),
      ]
    case 'index definition': {
      const [tableSchema = '', table = ''] = partsOfIdentity(fact.properties['table'] ?? '')
      const unique = fact.properties['unique'] === 'true' ? 'UNIQUE ' : ''
      return [
        indexTwin(tableSchema, table, `CREATE ${unique}INDEX ${twinName} ON pg_temp.${quoteIdentifier(table)} ${text}`),
      ]
    }
    case 'view definition':
    case 'materialized view definition':
      return [
        {
          make: [`CREATE TEMPORARY VIEW ${twinName} AS ${text}`],
          read: `SELECT pg_catalog.pg_get_viewdef(${temporary(twinName)}) AS text`,
        },
      ]
    case 'function arguments':
      return [functionTwin(fact, name, text, `AS ''`, 'pg_get_function_arguments')]
    case 'function sql body':
      return [functionTwin(fact, name, fact.properties['arguments'] ?? '', text, 'pg_get_function_sqlbody')]
    case 'trigger definition':
      return [
        remade(`DROP TRIGGER ${quoteIdentifier(part)} ON ${quoteQualified(schema, name)}`, text, {
          expression: 'pg_catalog.pg_get_triggerdef(o.oid)',
          from: 'pg_catalog.pg_trigger AS o',
          where: `o.tgrelid = ${relation(schema, name)} AND o.tgname = ${quoteLiteral(part)}`,
        }),
      ]
    case 'rule definition':
      return [
        remade(`DROP RULE ${quoteIdentifier(part)} ON ${quoteQualified(schema, name)}`, text, {
          expression: 'pg_catalog.pg_get_ruledef(o.oid)',
          from: 'pg_catalog.pg_rewrite AS o',
          where: `o.ev_class = ${relation(schema, name)} AND o.rulename = ${quoteLiteral(part)}`,
        }),
      ]
    case 'policy using':
    case 'policy with check':
      return [policyTwin(fact, schema, name, part, property)]
    case 'domain default':
      return [
        {
          make: [`CREATE DOMAIN pg_temp.${twinName} AS ${fact.properties['base type'] ?? ''} DEFAULT ${text}`],
          read: `SELECT pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS text FROM pg_catalog.pg_type AS t
            WHERE t.oid = 'pg_temp.${twinName}'::pg_catalog.regtype`,
        },
      ]
    case 'statistics definition':
      return [
        remade(`DROP STATISTICS ${quoteQualified(schema, name)}`, text, {
          expression: 'pg_catalog.pg_get_statisticsobjdef(o.oid)',
          from: 'pg_catalog.pg_statistic_ext AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.stxnamespace',
          where: `n.nspname = ${quoteLiteral(schema)} AND o.stxname = ${quoteLiteral(name)}`,
        }),
      ]
    case 'publication tables':
      return [
        {
          make: [`CREATE PUBLICATION ${twinName} FOR TABLE ${text}`],
          read: `SELECT ${publicationTables('p.oid')} AS text FROM pg_catalog.pg_publication AS p WHERE p.pubname = '${twinName}'`,
        },
      ]
    default:
      return []
  }
}

function constraintTwins(fact: ObjectFact, schema: string, table: string, text: string): readonly Twin[] {
  const notValid = / NOT VALID$/
  const definition = text.replace(notValid, '')
  const suffix = notValid.test(text) ? ' NOT VALID' : ''
  const spelled = `pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '') || '${suffix}'`
  const on = (whose: string) =>
    `SELECT ${spelled} AS text FROM pg_catalog.pg_constraint AS k WHERE ${whose} AND k.conname = '${twinName}'`
  if (fact.properties['type'] === 'domain check') {
    return [
      {
        make: [`ALTER DOMAIN ${quoteQualified(schema, table)} ADD CONSTRAINT ${twinName} ${definition} NOT VALID`],
        read: on(`k.contypid = ${quoteLiteral(quoteQualified(schema, table))}::pg_catalog.regtype`),
      },
    ]
  }
  if (fact.properties['type'] === 'foreign key') return []
  const onTwin: Twin = {
    make: [
      likeTable(schema, table),
      `ALTER TABLE pg_temp.${quoteIdentifier(table)} ADD CONSTRAINT ${twinName} ${definition}`,
    ],
    read: on(`k.conrelid = ${temporary(table)}`),
  }
  if (fact.properties['type'] !== 'check') return [onTwin]
  // A whole-row reference has the type of the table itself: that takes the table.
  const onTable: Twin = {
    make: [`ALTER TABLE ${quoteQualified(schema, table)} ADD CONSTRAINT ${twinName} ${definition} NOT VALID`],
    read: on(`k.conrelid = ${relation(schema, table)}`),
  }
  return [onTwin, onTable]
}

function indexTwin(schema: string, table: string, make: string): Twin {
  return {
    make: [likeTable(schema, table), make],
    read: `SELECT ${indexDefinition('i', 'ic', `'pg_temp'`, 'c')} AS text
      FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
      WHERE c.oid = ${temporary(table)}`,
  }
}

function functionTwin(fact: ObjectFact, name: string, args: string, body: string, read: string): Twin {
  const returns = fact.properties['returns'] ?? null
  const what = fact.properties['type'] === 'procedure' ? 'PROCEDURE' : 'FUNCTION'
  // By its own name: inside a body an argument may be spelled `name.argument`.
  return {
    make: [
      `CREATE ${what} pg_temp.${quoteIdentifier(name)}(${args}) ${returns === null ? '' : `RETURNS ${returns} `}LANGUAGE sql ${body}`,
    ],
    read: `SELECT pg_catalog.${read}(p.oid) AS text FROM pg_catalog.pg_proc AS p
      WHERE p.pronamespace = pg_catalog.pg_my_temp_schema() AND p.proname = ${quoteLiteral(name)}`,
  }
}

function policyTwin(fact: ObjectFact, schema: string, table: string, name: string, property: string): Twin {
  const { using, 'with check': withCheck, command, type, roles } = fact.properties
  const clauses = [using ? `USING (${using})` : '', withCheck ? `WITH CHECK (${withCheck})` : ''].join(' ')
  return remade(
    `DROP POLICY ${quoteIdentifier(name)} ON ${quoteQualified(schema, table)}`,
    `CREATE POLICY ${quoteIdentifier(name)} ON ${quoteQualified(schema, table)} AS ${type} FOR ${command} TO ${roles} ${clauses}`,
    {
      expression: `pg_catalog.pg_get_expr(o.${property === 'using' ? 'polqual' : 'polwithcheck'}, o.polrelid)`,
      from: 'pg_catalog.pg_policy AS o',
      where: `o.polrelid = ${relation(schema, table)} AND o.polname = ${quoteLiteral(name)}`,
    },
  )
}

function remade(
  drop: string,
  create: string,
  read: { readonly expression: string; readonly from: string; readonly where: string },
): Twin {
  return { make: [drop, create], read: `SELECT ${read.expression} AS text FROM ${read.from} WHERE ${read.where}` }
}

function columnTwin(make: readonly string[], table: string, column: string): Twin {
  return {
    make,
    read: `SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS text FROM pg_catalog.pg_attrdef AS d
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE d.adrelid = ${temporary(table)} AND a.attname = ${quoteLiteral(column)}`,
  }
}

function columnOf(fact: ObjectFact, name: string): string {
  const { type, collation } = fact.properties
  return `${quoteIdentifier(name)} ${type ?? ''}${collation ? ` COLLATE ${collation}` : ''}`
}

function likeTable(schema: string, table: string): string {
  return `CREATE TEMPORARY TABLE ${quoteIdentifier(table)} (LIKE ${quoteQualified(schema, table)})`
}

function temporary(name: string): string {
  return `${quoteLiteral(`pg_temp.${quoteIdentifier(name)}`)}::pg_catalog.regclass`
}

function relation(schema: string, name: string): string {
  return `${quoteLiteral(quoteQualified(schema, name))}::pg_catalog.regclass`
}
