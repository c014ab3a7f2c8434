/**
 * Values of every built-in type that a column may have, as literals: each is another value to a dump, many are the same
 * to `=`. Beside them NULL is always tried.
 */
export const valuesOfTypes: Readonly<Record<string, readonly string[]>> = {
  '"char"': ['', 'a', 'b', ' '],
  aclitem: ['postgres=r/postgres', 'postgres=w/postgres', '=r/postgres'],
  bigint: ['0', '1', '4294967296', '-1', '-4294967297', '9223372036854775807'],
  'bit(4)': ['0000', '0001', '1000'],
  'bit varying': ['', '0', '00', '1'],
  boolean: ['t', 'f'],
  box: ['(1,1),(0,0)', '(1,2),(0,0)', '(-0,1),(0,0)'],
  bytea: ['', '\\x00', '\\x0000', '\\x5c30'],
  bpchar: ['', 'a', 'a ', 'A', ' a'],
  'character(3)': ['a', 'b', 'ab'],
  'character varying': ['', 'a', 'a ', 'A', '.'],
  cid: ['0', '1'],
  cidr: ['10.0.0.0/8', '10.0.0.0/9', '::/0'],
  circle: ['<(0,0),1>', '<(0,0),2>', '<(-0,0),1>'],
  date: ['2026-01-01', '2026-01-02', 'infinity', '-infinity', '0001-01-01 BC', '0001-01-01'],
  datemultirange: ['{}', '{[2026-01-01,2026-01-03)}', '{[2026-01-01,2026-01-02),[2026-01-03,2026-01-04)}'],
  daterange: ['empty', '(,)', '[2026-01-01,)', '[2026-01-01,2026-01-02)'],
  'double precision': ['0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '0.10000000000000002', '4.9e-324'],
  inet: ['10.0.0.1', '10.0.0.1/31', '::1', '::ffff:10.0.0.1'],
  int2vector: ['', '1', '1 2', '2 1'],
  int4multirange: ['{}', '{[1,3)}', '{[1,2),[3,4)}'],
  int4range: ['empty', '(,)', '[1,2)', '[1,3)', '[1,)'],
  int8multirange: ['{}', '{[1,4294967297)}', '{[1,4294967298)}'],
  int8range: ['empty', '(,)', '[1,4294967297)', '[1,)'],
  integer: ['0', '1', '-1', '2147483647'],
  interval: [
    '24:00',
    '1 day',
    '30 days',
    '1 mon',
    '1 mon -1 days',
    '0',
    '-00:00:00.000001',
    '12 mons -3 days 00:00:01',
  ],
  json: ['{}', '{ }', '{"a":1}', '{"a":1,"a":1}', 'null', '""', '1', '1.0'],
  jsonb: ['{}', '{"a":1}', '{"a":1.0}', '{"a":null}', 'null', '""', '1', '1.0', '[]'],
  jsonpath: ['$', '$.a', 'strict $.a'],
  line: ['{1,2,3}', '{1,2,4}', '{1,-0,3}'],
  lseg: ['[(0,0),(1,1)]', '[(1,1),(0,0)]'],
  macaddr: ['08:00:2b:01:02:03', '08:00:2b:01:02:04'],
  macaddr8: ['08:00:2b:01:02:03:04:05', '08:00:2b:ff:fe:01:02:03'],
  money: ['0', '0.01', '-0.01', '1234567.89'],
  name: ['', 'a', 'A', 'a '],
  numeric: ['0', '0.0', '1.5', '1.50', 'NaN', 'Infinity', '-Infinity', '1e-20', '100000000000000000000'],
  nummultirange: ['{}', '{[1.0,2.0)}', '{[1,2)}'],
  numrange: ['empty', '(,)', '[1,2]', '[1.0,2]', '(1,2]'],
  oid: ['0', '1', '4294967295'],
  oidvector: ['', '1', '1 2'],
  path: ['[(0,0),(1,1)]', '((0,0),(1,1))'],
  pg_lsn: ['0/0', '0/1', '1/0'],
  pg_snapshot: ['10:20:10,14,15', '10:20:10,14'],
  point: ['(0,0)', '(-0,0)', '(0,1)', '(NaN,0)', '(1e-320,0)'],
  polygon: ['((0,0),(1,1))', '((1,1),(0,0))'],
  real: ['0', '-0', 'NaN', '0.1', '0.10000001', '1e-45'],
  refcursor: ['', 'a', '.'],
  regclass: ['pg_class', 'pg_type', '0', '987654'],
  regcollation: ['"C"', '"POSIX"'],
  regconfig: ['simple', 'english'],
  regdictionary: ['simple', 'english_stem'],
  regnamespace: ['pg_catalog', 'public'],
  regoper: ['#-', '^@'],
  regoperator: ['+(integer,integer)', '+(bigint,bigint)', '0'],
  regproc: ['now', 'clock_timestamp'],
  regprocedure: ['now()', 'abs(integer)', 'abs(bigint)'],
  regrole: ['postgres', 'pg_monitor'],
  regtype: ['integer', 'bigint', 'integer[]'],
  smallint: ['0', '1', '-1'],
  text: ['', 'a', 'A', 'a ', '.', 'NULL', '\\N', '\u00e9', 'e\u0301'],
  tid: ['(0,1)', '(1,0)', '(1,1)'],
  'time without time zone': ['00:00', '24:00', '12:00:00.000001'],
  'time with time zone': ['12:00+00', '13:00+01', '24:00+00'],
  'timestamp without time zone': ['2026-01-01', '2026-01-01 00:00:00.000001', 'infinity', '-infinity', '0044-03-15 BC'],
  'timestamp with time zone': [
    '2026-01-01 00:00+00',
    '2026-01-01 00:00:00.000001+00',
    'infinity',
    '0044-03-15 12:00+00 BC',
  ],
  tsmultirange: ['{}', '{[2026-01-01,2026-01-02)}'],
  tsquery: ['', 'a', 'a & b', 'b & a', "'a':A"],
  tsrange: ['empty', '(,)', '[2026-01-01,)', '(2026-01-01,)'],
  tstzmultirange: ['{}', '{[2026-01-01 00:00+00,2026-01-02 00:00+00)}'],
  tstzrange: ['empty', '(,)', '[2026-01-01 00:00+00,)', '(2026-01-01 00:00+00,)'],
  tsvector: ['', 'a', 'a:1', 'a:1A', 'a b', "'a b'"],
  txid_snapshot: ['10:20:10,14,15', '10:20:10,14'],
  uuid: [
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000001',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ],
  xid: ['0', '3', '4294967295'],
  xid8: ['0', '3', '4294967299'],
  xml: [
    '',
    '<?xml version="1.0" encoding="UTF-8"?><x/>',
    '\n<y/>',
    '<a/>',
    '<a></a>',
    '<a/><b/>',
    ' <a/>',
    '<?xml version="1.0" standalone="yes"?><a/>',
  ],
}

/** Types of which no value can be written: no column of a dump holds one. */
export const withoutInput: readonly string[] = [
  'gtsvector',
  'pg_brin_bloom_summary',
  'pg_brin_minmax_multi_summary',
  'pg_dependencies',
  'pg_mcv_list',
  'pg_ndistinct',
  'pg_node_tree',
]

/** Of users, made by {@link userTypes}. */
export const valuesOfUserTypes: Readonly<Record<string, readonly string[]>> = {
  mood: ['sad', 'ok', ''],
  code: ['', 'a', 'A', 'a '],
  padded: ['a', 'b'],
  'padded of padded': ['a', 'b'],
  pair: ['(,)', '(1,)', '(,"")', '(,1)', '(1,a)', '("1","a ")'],
  floats: ['empty', '[0,1)', '[-0,1)', '(0,1)'],
  'mood of mood': ['sad', 'ok', ''],
  blind: ['a', 'A', 'ä'],
}

export const userTypes = `
  CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TYPE mood AS ENUM ('', 'sad', 'ok');
  CREATE DOMAIN code AS text COLLATE ignoring_case;
  CREATE DOMAIN padded AS character(3);
  CREATE DOMAIN "padded of padded" AS padded;
  CREATE DOMAIN "mood of mood" AS mood;
  CREATE DOMAIN blind AS character varying COLLATE ignoring_case;
  CREATE TYPE pair AS (a integer, b text);
  CREATE TYPE floats AS RANGE (subtype = double precision);`
