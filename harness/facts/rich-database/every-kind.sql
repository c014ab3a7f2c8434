-- What the rich database lacks: with it there is an object of every kind that facts know, in a schema of its own. Some can
-- be made by writing catalogues alone, as no extension or label provider that would make them is at hand.
CREATE SCHEMA more;
CREATE ROLE app_super NOLOGIN SUPERUSER;
GRANT USAGE ON SCHEMA more TO app_super;
COMMENT ON ROLE app_reader IS 'reads';
CREATE EXTENSION pg_trgm SCHEMA more;
GRANT CREATE ON SCHEMA more TO app_owner;
GRANT SET ON PARAMETER log_statement TO app_writer;

CREATE ACCESS METHOD row_store TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD tree IS 'grows';
CREATE FUNCTION more.call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION more.call_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION more.validate(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE app_language HANDLER more.call INLINE more.call_inline VALIDATOR more.validate;
CREATE TRANSFORM FOR integer LANGUAGE sql
  (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));

CREATE TYPE more.shelled;
CREATE TYPE more.whole;
CREATE FUNCTION more.whole_in(cstring) RETURNS more.whole LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION more.whole_out(more.whole) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION more.whole_receive(internal) RETURNS more.whole LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE FUNCTION more.whole_send(more.whole) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
CREATE TYPE more.whole (INPUT = more.whole_in, OUTPUT = more.whole_out, RECEIVE = more.whole_receive,
  SEND = more.whole_send, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain, CATEGORY = 'N', DEFAULT = '0');
CREATE TYPE more.words AS RANGE (subtype = text, collation = "C", multirange_type_name = more.many_words);
CREATE TYPE more.card AS (number integer, face text);
COMMENT ON COLUMN more.card.face IS 'up';
CREATE DOMAIN more.label AS text COLLATE "C";
CREATE COLLATION more.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

CREATE FUNCTION more.number() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION more.counted(n integer) RETURNS SETOF integer LANGUAGE sql STRICT TRANSFORM FOR TYPE integer
  SUPPORT generate_series_int4_support AS 'SELECT n';
CREATE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg,
  COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv,
  MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe);
CREATE AGGREGATE more.average(bigint) (SFUNC = int8_avg_accum, STYPE = internal, FINALFUNC = numeric_poly_avg,
  COMBINEFUNC = int8_avg_combine, SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize);
CREATE AGGREGATE more.least(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE more.rank_of(VARIADIC "any" ORDER BY VARIADIC "any")
  (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);

CREATE FUNCTION more.same(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION more.other(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ne';
CREATE OPERATOR more.=== (FUNCTION = more.same, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(more.===),
  NEGATOR = OPERATOR(more.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR more.!== (FUNCTION = more.other, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(more.!==),
  NEGATOR = OPERATOR(more.===), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR FAMILY more.near_family USING gist;
ALTER OPERATOR FAMILY more.near_family USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops;

CREATE TEXT SEARCH PARSER more.words
  (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE more.simple (INIT = dsimple_init, LEXIZE = dsimple_lexize);

CREATE TABLE more.stored (id integer, body text) USING row_store;
CREATE TABLE more.carded OF more.card;
CREATE TABLE more.base (value integer, CONSTRAINT positive CHECK (value > 0));
CREATE TABLE more.heir (value integer, CONSTRAINT positive CHECK (value > 0)) INHERITS (more.base);
CREATE VIEW more.some AS SELECT id FROM more.stored WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE TABLE more.roomy (id integer CONSTRAINT roomy_pkey PRIMARY KEY USING INDEX TABLESPACE roomy, body text) TABLESPACE roomy;
CREATE INDEX roomy_body ON more.roomy (body) TABLESPACE roomy;
CREATE MATERIALIZED VIEW more.roomier USING row_store TABLESPACE roomy AS SELECT id, body FROM more.roomy;
CREATE UNIQUE INDEX roomier_id ON more.roomier (id);
CREATE TABLE more.visit (at date NOT NULL, id integer, team_id bigint REFERENCES app.team, note text, PRIMARY KEY (at, id))
  PARTITION BY RANGE (at);
CREATE TABLE more.visit_2025 PARTITION OF more.visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE more.visit_2026 PARTITION OF more.visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX visit_note ON more.visit (note);
CREATE INDEX visit_lower ON more.visit (lower(note));
CREATE TABLE more.visit_2024 PARTITION OF more.visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
COMMENT ON INDEX more.visit_2024_note_idx IS 'of a year';
COMMENT ON INDEX more.visit_2024_pkey IS 'of a year';
CREATE FUNCTION more.pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER passing BEFORE UPDATE ON more.visit FOR EACH ROW EXECUTE FUNCTION more.pass();
CREATE TABLE more.place (room integer, during int4range,
  CONSTRAINT apart EXCLUDE USING gist (int4range(room, room, '[]') WITH &&, during WITH &&));
CREATE TABLE more.reading (at date NOT NULL, value integer) PARTITION BY RANGE (at);
CREATE TABLE more.reading_base (at date NOT NULL, value integer);

CREATE FUNCTION more.handle() RETURNS fdw_handler LANGUAGE c AS '$libdir/postgres_fdw', 'postgres_fdw_handler';
CREATE FOREIGN DATA WRAPPER somewhere HANDLER more.handle VALIDATOR postgresql_fdw_validator;
CREATE SERVER near TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER nowhere OPTIONS (host 'example.org');
CREATE FOREIGN TABLE more.reading_far PARTITION OF more.reading FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER near;
CREATE FOREIGN TABLE more.reading_child () INHERITS (more.reading_base) SERVER near;
CREATE USER MAPPING FOR PUBLIC SERVER near OPTIONS (user 'reader', password 'hidden');

REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO app_reader;
GRANT SELECT (usename) ON pg_catalog.pg_shadow TO app_reader;
REVOKE EXECUTE ON FUNCTION more.similarity(text, text) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE ON SCHEMAS TO app_reader;
SELECT lo_from_bytea(4712, 'larger');
COMMENT ON LARGE OBJECT 4712 IS 'grown';

INSERT INTO more.stored SELECT i, md5(i::text) FROM generate_series(1, 9) i;
INSERT INTO more.roomy VALUES (1, 'a'), (2, 'b');
REFRESH MATERIALIZED VIEW more.roomier;
INSERT INTO pg_catalog.pg_seclabel VALUES
  ('app.team'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass, 0, 'guard', 'secret'),
  ('app.team'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass, 1, 'guard', 'open');
-- A table of an extension whose rows a dump holds.
CREATE TABLE more.configured (id integer PRIMARY KEY, value text);
CREATE TABLE more.partly_configured (id integer PRIMARY KEY, value text);
INSERT INTO more.configured VALUES (1, 'a');
INSERT INTO more.partly_configured VALUES (1, 'came with it'), (1001, 'mine');
ALTER EXTENSION pg_trgm ADD TABLE more.configured;
ALTER EXTENSION pg_trgm ADD TABLE more.partly_configured;
UPDATE pg_catalog.pg_extension SET extcondition = ARRAY['', 'WHERE id > 1000'],
  extconfig = ARRAY['more.configured'::pg_catalog.regclass::oid, 'more.partly_configured'::pg_catalog.regclass::oid]
  WHERE extname = 'pg_trgm';
