import { mutant, type Mutant } from './mutant.ts'

export const operators: readonly Mutant[] = [
  mutant("COMMENT ON OPERATOR more.=== (integer, integer) IS 'x'", 'operator more."==="(integer, integer): comment'),
  mutant(
    'ALTER OPERATOR more.=== (integer, integer) OWNER TO app_owner',
    'operator more."==="(integer, integer): owner',
  ),
  mutant('ALTER OPERATOR more.=== (integer, integer) SET (JOIN = NONE)', 'operator more."==="(integer, integer): join'),
  mutant(
    'ALTER OPERATOR more.=== (integer, integer) SET (RESTRICT = neqsel)',
    'operator more."==="(integer, integer): restrict',
  ),
  mutant(
    "UPDATE pg_catalog.pg_operator SET oprcanhash = false WHERE oid = 'more.===(integer,integer)'::pg_catalog.regoperator",
    'operator more."==="(integer, integer): hashes',
  ),
  mutant(
    "UPDATE pg_catalog.pg_operator SET oprcanmerge = false WHERE oid = 'more.===(integer,integer)'::pg_catalog.regoperator",
    'operator more."==="(integer, integer): merges',
  ),
  mutant(
    "UPDATE pg_catalog.pg_operator SET oprcom = 0 WHERE oid = 'more.!==(integer,integer)'::pg_catalog.regoperator",
    'operator more."!=="(integer, integer): commutator',
  ),
  mutant("UPDATE pg_catalog.pg_operator SET oprnegate = 0 WHERE oprname IN ('===', '!==')", [
    'operator more."!=="(integer, integer): negator',
    'operator more."==="(integer, integer): negator',
  ]),
  mutant(
    "UPDATE pg_catalog.pg_operator SET oprcode = 'pg_catalog.int4eq'::pg_catalog.regproc WHERE oid = 'more.===(integer,integer)'::pg_catalog.regoperator",
    'operator more."==="(integer, integer): function',
  ),
  mutant(
    "CREATE FUNCTION more.distance(text, text) RETURNS integer LANGUAGE sql AS 'SELECT 1'; DROP OPERATOR app.=== (text, text); CREATE OPERATOR app.=== (FUNCTION = more.distance, LEFTARG = text, RIGHTARG = text)",
    ['function more.distance(text, text): extra', 'operator app."==="(text, text): commutator, function, returns'],
  ),
  mutant("COMMENT ON OPERATOR CLASS app.odd_ops USING btree IS 'x'", 'operator class app.odd_ops.btree: comment'),
  mutant(
    "COMMENT ON OPERATOR FAMILY app.odd_family USING btree IS 'x'",
    'operator family app.odd_family.btree: comment',
  ),
  mutant(
    'ALTER OPERATOR FAMILY app.odd_family USING btree OWNER TO app_owner',
    'operator family app.odd_family.btree: owner',
  ),
  mutant(
    "UPDATE pg_catalog.pg_opclass SET opcdefault = true, opcintype = 'more.card'::pg_catalog.regtype WHERE opcname = 'odd_ops'",
    'operator class app.odd_ops.btree: default, type',
  ),
  mutant(
    "UPDATE pg_catalog.pg_opclass SET opckeytype = 'bigint'::pg_catalog.regtype WHERE opcname = 'odd_ops'",
    'operator class app.odd_ops.btree: storage',
  ),
  mutant(
    "UPDATE pg_catalog.pg_opclass SET opcintype = 'smallint'::pg_catalog.regtype WHERE opcname = 'odd_ops'",
    'operator class app.odd_ops.btree: type',
  ),
  mutant(
    "CREATE OPERATOR FAMILY app.other_family USING btree; UPDATE pg_catalog.pg_opclass SET opcfamily = (SELECT oid FROM pg_catalog.pg_opfamily WHERE opfname = 'other_family') WHERE opcname = 'odd_ops'",
    ['operator class app.odd_ops.btree: family', 'operator family app.other_family.btree: extra'],
  ),
  mutant('DROP OPERATOR CLASS app.odd_ops USING btree', [
    'operator class app.odd_ops.btree: missing',
    'operator family app.odd_family.btree: members',
  ]),
  mutant('DROP OPERATOR FAMILY app.odd_family USING btree CASCADE', [
    'operator class app.odd_ops.btree: missing',
    'operator family app.odd_family.btree: missing',
  ]),
  mutant(
    'ALTER OPERATOR FAMILY more.near_family USING gist DROP OPERATOR 15 (point, point)',
    'operator family more.near_family.gist: members',
  ),
  mutant(
    'ALTER OPERATOR FAMILY more.near_family USING gist DROP OPERATOR 15 (point, point); ALTER OPERATOR FAMILY more.near_family USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.integer_ops',
    'operator family more.near_family.gist: members',
  ),
  mutant('ALTER OPERATOR app.=== (text, text) SET (RESTRICT = eqsel)', 'operator app."==="(text, text): restrict'),
  mutant('DROP OPERATOR app.=== (text, text)', 'operator app."==="(text, text): missing'),
  mutant(
    'ALTER OPERATOR FAMILY app.odd_family USING btree ADD FUNCTION 2 (integer, integer) btint4sortsupport(internal)',
    'operator family app.odd_family.btree: members',
  ),
  mutant('ALTER OPERATOR CLASS app.odd_ops USING btree OWNER TO app_owner', 'operator class app.odd_ops.btree: owner'),
]
