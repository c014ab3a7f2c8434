import type { Facts, ObjectFact, TableFact } from '../../harness/facts/index.ts'

/** Facts of a schema with so many tables; with `every` n, each nth table differs in rows, rights, a column and a policy. */
export function generateFacts(tables: number, every: number): Facts {
  const names = Array.from({ length: tables }, (_, index) => `table_${String(index).padStart(5, '0')}`)
  const schema: ObjectFact = { kind: 'schema', identity: 'public', properties: { owner: 'app' }, deparsed: [] }
  const objects = [schema, ...names.flatMap((name, index) => objectsOf(name, every > 0 && index % every === 0))].sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.identity, b.identity),
  )
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt: '2026-11-22T03:00:00Z',
    source: every > 0 ? 'restored' : 'dump-snapshot',
    server: {
      version: '17.10',
      major: 17,
      database: 'generated',
      encoding: 'UTF8',
      collation: 'C',
      ctype: 'C',
      systemIdentifierHash: null,
      databaseBytes: '1000000',
    },
    schemas: ['public'],
    objects,
    tables: names.map((name, index) => tableOf(name, every > 0 && index % every === 0)),
    sequences: [],
    observed: Object.fromEntries(objects.map(({ kind, properties }) => [kind, Object.keys(properties).sort()])),
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const columns = ['id', 'owner_id', 'name', 'status', 'amount', 'payload', 'created_at', 'updated_at']

function objectsOf(table: string, changed: boolean): ObjectFact[] {
  const of = (
    kind: ObjectFact['kind'],
    name: string,
    properties: ObjectFact['properties'],
    deparsed: readonly string[] = [],
  ): ObjectFact => ({ kind, identity: `public.${name}`, properties, deparsed })
  const on = `public.${table}`
  return [
    of('table', table, {
      owner: 'app',
      privileges: `app: DELETE, INSERT, SELECT, UPDATE${changed ? '\nanon: SELECT' : ''}`,
      comment: null,
      persistence: 'permanent',
      'row security': 'true',
      'row security forced': 'false',
      'replica identity': 'default',
      options: null,
    }),
    ...columns.map((column, index) =>
      of(
        'column',
        `${table}.${column}`,
        {
          position: String(index + 1),
          type: changed && column === 'amount' ? 'numeric(10,2)' : 'bigint',
          'not null': String(index === 0),
          default: index === 3 ? `'new'::text` : null,
          comment: null,
          collation: null,
          generated: null,
          privileges: null,
        },
        ['default', 'generated'],
      ),
    ),
    of(
      'constraint',
      `${table}.${table}_pkey`,
      { type: 'primary key', definition: 'PRIMARY KEY (id)', validated: 'true' },
      ['definition'],
    ),
    of(
      'constraint',
      `${table}.${table}_fkey`,
      {
        type: 'foreign key',
        definition: `FOREIGN KEY (owner_id) REFERENCES public.table_00000(id)`,
        validated: 'true',
        triggers: 'enabled',
      },
      ['definition'],
    ),
    ...['name', 'status', 'created_at'].map((column) =>
      of(
        'index',
        `${table}_${column}`,
        { table: on, unique: 'false', definition: `USING btree (${column})`, valid: 'true', ready: 'true' },
        ['definition'],
      ),
    ),
    of(
      'policy',
      `${table}.own`,
      {
        command: 'ALL',
        type: 'permissive',
        roles: 'app',
        using: changed ? 'true' : `(owner_id = (current_setting('app.user'::text))::bigint)`,
      },
      ['using', 'with check'],
    ),
    of(
      'trigger',
      `${table}.touch`,
      {
        definition: `CREATE TRIGGER touch BEFORE UPDATE ON ${on} FOR EACH ROW EXECUTE FUNCTION public.touch()`,
        fires: 'enabled',
      },
      ['definition'],
    ),
  ]
}

function tableOf(name: string, changed: boolean): TableFact {
  return {
    schema: 'public',
    name,
    persistence: 'permanent',
    populated: true,
    rows: changed ? '999' : '1000',
    fingerprint: changed ? '43' : '42',
    columns: columns.toSorted(),
  }
}
