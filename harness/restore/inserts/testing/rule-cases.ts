/** Each case is run in a schema of its own, which its statements call SCHEMA. */
export interface RuleCase {
  readonly title: string
  readonly setup: string
  readonly inserts: readonly string[]
}

export const into = (table: string, ...values: readonly string[]) =>
  values.map((value) => `INSERT INTO ${table} VALUES (${value});`)
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))

/** Where COPY does something else than INSERT. */
export const differing: readonly RuleCase[] = [
  { title: 'a number into text', setup: 'CREATE TABLE t (a text);', inserts: into('t', '1e5', '-0', '1.50') },
  { title: 'a number into "char"', setup: 'CREATE TABLE t (a "char");', inserts: into('t', '65') },
  { title: 'a fraction into an integer', setup: 'CREATE TABLE t (a int);', inserts: into('t', '1.5', '2.5', '1e3') },
  { title: 'a boolean into text', setup: 'CREATE TABLE t (a text);', inserts: into('t', 'true') },
  {
    title: 'bits into a longer column',
    setup: 'CREATE TABLE t (a bit(4)); CREATE TABLE u (a int);',
    inserts: [...into('t', "B'1010'"), ...into('u', "B'101'")],
  },
  {
    title: 'a unit left out in an array of intervals',
    setup: 'CREATE TABLE t (a interval hour[]);',
    inserts: into('t', `'{"1"}'`),
  },
  {
    title: 'a row refused by a check among others',
    setup: 'CREATE TABLE t (a int CHECK (a <> 5));',
    inserts: into('t', ...numbers(9)),
  },
  {
    title: 'duplicates',
    setup: 'CREATE TABLE t (a int PRIMARY KEY);',
    inserts: [...into('t', '1', '2', '1', '3'), 'INSERT INTO t VALUES (4), (5), (4);'],
  },
  {
    title: 'a trigger that counts statements',
    setup: `CREATE TABLE log (a int); CREATE TABLE t (a int);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO SCHEMA.log VALUES (0); RETURN NULL; END $$;
      CREATE TRIGGER g AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f();`,
    inserts: into('t', '1', '2', '3'),
  },
  {
    title: "a trigger on a partition that reads the table's rows",
    setup: `CREATE TABLE t (a int, b bigint) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (9);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql STABLE
        AS $$ BEGIN NEW.b := (SELECT count(*) FROM SCHEMA.t); RETURN NEW; END $$;
      CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();`,
    inserts: into('t', '1', '2', '3'),
  },
  {
    title: 'a trigger for replicas in a session that is one',
    setup: `CREATE TABLE log (a int); CREATE TABLE t (a int);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO SCHEMA.log VALUES (0); RETURN NULL; END $$;
      CREATE TRIGGER g AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f();
      ALTER TABLE t ENABLE REPLICA TRIGGER g; SET session_replication_role = replica;`,
    inserts: into('t', '1', '2', '3'),
  },
  {
    title: 'a rule',
    setup: 'CREATE TABLE t (a int); CREATE RULE r AS ON INSERT TO t WHERE NEW.a > 1 DO INSTEAD NOTHING;',
    inserts: into('t', '1', '2', '3'),
  },
  {
    title: 'a parent that comes after its child',
    setup: 'CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);',
    inserts: into('t', '1, NULL', '2, 3', '3, 1', '4, 4'),
  },
  {
    title: 'a parent that comes after its child, in other partitions',
    setup: `CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1, 2, 3, 4);
      ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t;`,
    inserts: into('p', '1, NULL', '2, 3', '3, 1', '4, 4'),
  },
  {
    title: 'a parent that comes after its child, looked for at the end',
    setup: 'CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t DEFERRABLE INITIALLY DEFERRED);',
    inserts: into('t', '1, NULL', '2, 3', '3, 1', '4, 4'),
  },
  {
    title: 'a check that reads the table',
    setup: `CREATE TABLE t (a int);
      CREATE FUNCTION few() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM SCHEMA.t) < 3; END $$;
      ALTER TABLE t ADD CHECK (few());`,
    inserts: into('t', ...numbers(6)),
  },
  {
    title: "a column's domain that reads the table",
    setup: `CREATE TABLE t (); CREATE FUNCTION few() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM SCHEMA.t) < 3; END $$;
      CREATE DOMAIN d AS int CHECK (few()); CREATE TYPE pair AS (a d); ALTER TABLE t ADD a pair[];`,
    inserts: into('t', ...numbers(6).map((number) => `'{(${number})}'`)),
  },
  {
    title: 'a generated column that reads the table',
    setup: `CREATE TABLE t (a int); CREATE FUNCTION n(int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT count(*) FROM SCHEMA.t); END $$;
      ALTER TABLE t ADD b bigint GENERATED ALWAYS AS (n(a)) STORED;`,
    inserts: into('t', ...numbers(3).map((number) => `${number}, DEFAULT`)),
  },
  {
    title: 'a default that is computed, and a row refused',
    setup: "CREATE SEQUENCE s; CREATE TABLE t (a int CHECK (a <> 2), b int DEFAULT nextval('s'));",
    inserts: numbers(4).map((number) => `INSERT INTO t (a) VALUES (${number});`),
  },
  {
    title: 'an identity that is always generated',
    setup: 'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int);',
    inserts: into('t', '7, 1', '8, 2'),
  },
  {
    title: 'conflicts to be skipped, with a key that is checked at the end',
    setup: 'CREATE TABLE t (a int UNIQUE DEFERRABLE);',
    inserts: ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;'],
  },
  {
    title: 'conflicts to be skipped',
    setup: 'CREATE TABLE t (a int PRIMARY KEY);',
    inserts: ['1', '2', '1', '3', '3'].map((number) => `INSERT INTO t VALUES (${number}) ON CONFLICT DO NOTHING;`),
  },
  {
    title: 'fewer values than columns',
    setup: 'CREATE TABLE t (a int, b int DEFAULT 7);',
    inserts: into('t', '1', '2'),
  },
  {
    title: 'row security for a user below it',
    setup: `CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a < 3);
      GRANT INSERT, SELECT ON t TO guest; SET SESSION AUTHORIZATION guest;`,
    inserts: into('t', ...numbers(4)),
  },
  {
    title: 'a view that takes rows',
    setup: 'CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;',
    inserts: into('v', ...numbers(4)),
  },
]

/** Where one COPY must do. */
export const same: readonly RuleCase[] = [
  {
    title: 'numbers into numbers',
    setup: `CREATE DOMAIN cents AS numeric(10, 2) CHECK (VALUE > -100);
      CREATE TABLE t (a int2, b int4, c int8, d oid, e float4, f float8, g numeric, h numeric(9, 3), i cents);`,
    inserts: into(
      't',
      '1, 2, 3, 4, 5, 6, 7, 8, 9',
      '-32768, -2147483648, -9223372036854775808, 4294967295, -0, -0, -0, -0, -0',
      '0, 0, 0, -1, 0.1, 0.1, 0.10, 0.1000, 0.1',
      '0, 0, 0, 0, 16777217, 9007199254740993, 123456789012345678901234567890, 1.0005, 1.005',
      '0, 0, 0, 0, 1e-45, 5e-324, 1e-20, 1e2, 1.5e1',
      '0, 0, 0, 0, 3.4028235e+38, 1.7976931348623157e+308, 1.50e+3, 999999.9994, -99.994',
      '0, 0, 0, 0, 1.17549435e-38, 2.2250738585072014e-308, -0.000, -0.0004, -0.001',
      '0, 0, 0, 0, 8.5899345920000001e9, 4503599627370496.5, 0e10, 0, 0',
      "'7', ' 8 ', '9', '10', 'NaN', '-Infinity', 'NaN', '1', '-0'",
    ),
  },
  {
    title: 'bits and booleans',
    setup: 'CREATE DOMAIN flag AS boolean; CREATE TABLE t (a bit(4), b varbit, c varbit(8), d boolean, e flag, f bit);',
    inserts: into('t', "B'1010', B'', X'fF', true, FALSE, B'1'", "X'a', X'1F', '101', 't', 'off', '0'"),
  },
  {
    title: 'generated columns, with and without names',
    setup: `CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c text, "d;D" int GENERATED ALWAYS AS (a + 1) STORED);`,
    inserts: [...into('t', "1, DEFAULT, 'x', DEFAULT", "2, DEFAULT, '', DEFAULT")],
  },
  {
    title: 'generated columns left out',
    setup: `CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, "c,C" text);`,
    inserts: ['INSERT INTO SCHEMA.t ("c,C", a) VALUES (\'x\', 1), (NULL, 2);'],
  },
  {
    title: 'generated columns named',
    setup: `CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, "c,C" text);`,
    inserts: ['INSERT INTO SCHEMA.t (b, "c,C", a) VALUES (DEFAULT, \'x\', 1), (DEFAULT, NULL, 2);'],
  },
  {
    title: 'identities that are overridden',
    setup: 'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, B int GENERATED BY DEFAULT AS IDENTITY);',
    inserts: [
      'INSERT INTO t (A, b) OVERRIDING SYSTEM VALUE VALUES (3, 4);',
      'INSERT INTO t (A, b) OVERRIDING SYSTEM VALUE VALUES (5, 6);',
    ],
  },
  {
    title: 'conflicts to be skipped where there are none',
    setup: 'CREATE TABLE t (a int PRIMARY KEY);',
    inserts: numbers(5).map((number) => `INSERT INTO t VALUES (${number})\n\nON CONFLICT DO NOTHING;`),
  },
  {
    title: 'partitions',
    setup: `CREATE TABLE t (a int, b text) PARTITION BY LIST (lower(b)); CREATE TABLE p PARTITION OF t FOR VALUES IN ('x');
      CREATE TABLE "P, 2" (b text, c int, a int); ALTER TABLE "P, 2" DROP c; ALTER TABLE t ATTACH PARTITION "P, 2" DEFAULT;`,
    inserts: into('SCHEMA.t', "1, 'X'", "2, 'x'", "3, 'y'", '4, NULL'),
  },
  {
    title: 'a dropped column',
    setup: 'CREATE TABLE t (a int, b int, c text); ALTER TABLE t DROP b;',
    inserts: into('t', "1, 'x'", '2, NULL'),
  },
  {
    title: 'a table with checks, keys and references elsewhere',
    setup: `CREATE TABLE u (a int PRIMARY KEY); INSERT INTO u SELECT generate_series(1, 9);
      CREATE TABLE t (a int REFERENCES u, b text CHECK (length(b) < 9 AND b ~ '^[a-z]*$'), UNIQUE (a)); CREATE INDEX ON t (lower(b)) WHERE a > 2;`,
    inserts: into('t', ...numbers(9).map((number) => `${number}, 'x'`)),
  },
  {
    title: 'triggers that are off in a replica',
    setup: `CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); SET session_replication_role = replica;`,
    inserts: into('t', '1, 2', '2, 3', '3, 9'),
  },
  {
    title: 'a table found by the search path, and not by another with its operators in front',
    setup: `CREATE SCHEMA s; CREATE SCHEMA evil; CREATE TABLE s.t (a int); CREATE TABLE t (a int, b int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING;
      CREATE FUNCTION evil.no(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR evil.= (FUNCTION = evil.no, LEFTARG = oid, RIGHTARG = oid); SET search_path = s, evil, pg_catalog;`,
    inserts: into('t', ...numbers(5)),
  },
  {
    title: 'backslashes that are escapes in this session',
    setup: 'CREATE TABLE t (a text); SET standard_conforming_strings = off;',
    inserts: into('t', "'x'", "E'\\\\\\n''\\t'"),
  },
]

/** One text of all, the session as new for each. */
export function textOf(cases: readonly RuleCase[]): string {
  return cases
    .map(({ setup, inserts }, index) => {
      const schema = schemaOf(index)
      const begin = `CREATE SCHEMA ${schema}; GRANT USAGE ON SCHEMA ${schema} TO guest; SET search_path = ${schema};`
      const statements = [begin, setup, ...inserts, 'RESET SESSION AUTHORIZATION;', 'RESET ALL;']
      return statements.join('\n').replaceAll('SCHEMA.', `${schema}.`)
    })
    .join('\n')
}

export function schemaOf(index: number): string {
  return `case_${index}`
}
