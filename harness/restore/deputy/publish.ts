import { quoteIdentifier, quoteLiteral } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { Order } from './read-order.ts'

/** A publication is a row of the catalogue: nothing reads it here, for no server of ours sends its log to anybody. */
export async function publishAll(
  admin: Session,
  { name, options }: Order & { readonly kind: 'publish all' },
  restoring: string,
): Promise<boolean> {
  const publication = quoteIdentifier(name)
  const words = options.map(([option, value]) => `${quoteIdentifier(option)} = ${quoteLiteral(value)}`).join(', ')
  const made = await admin.execute(
    `CREATE PUBLICATION ${publication} FOR ALL TABLES ${words === '' ? '' : `WITH (${words})`};
     ALTER PUBLICATION ${publication} OWNER TO ${quoteIdentifier(restoring)}`,
  )
  return made.ok
}

export async function publishSchema(
  admin: Session,
  { name, schema }: Order & { readonly kind: 'publish schema' },
  restoring: string,
): Promise<boolean> {
  const [row] = await admin.query(
    `SELECT pg_catalog.pg_has_role($1::name, p.pubowner, 'MEMBER') AS ours FROM pg_catalog.pg_publication AS p WHERE p.pubname = $2`,
    [restoring, name],
  )
  if (row?.['ours'] !== 't') return false
  const added = `ALTER PUBLICATION ${quoteIdentifier(name)} ADD TABLES IN SCHEMA ${quoteIdentifier(schema)}`
  return (await admin.execute(added)).ok
}
