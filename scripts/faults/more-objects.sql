-- Beside the rich database: rows of every common type, quoting of every kind, and large objects of some size.
CREATE SCHEMA "Odd Names";
CREATE TABLE "Odd Names"."every ""type""" (
  id integer PRIMARY KEY,
  small smallint, big bigint, exact numeric(20, 5), single real, double double precision, paid money,
  yes boolean, bits bit varying(12), word varchar(40), fixed character(6), free text, tag name, bytes bytea,
  day date, clock time, clock_tz timetz, moment timestamp, moment_tz timestamptz, span interval,
  key uuid, doc json, docb jsonb, page xml, host inet, net cidr, mac macaddr, spot point, shape polygon,
  list integer[], grid text[][], during tstzrange, spans int4multirange, query tsquery, words tsvector, path pg_lsn
);
INSERT INTO "Odd Names"."every ""type"""
SELECT i, i % 100, i::bigint << 33, i * 1.00001, i / 3.0, i / 7.0, (i * 1.25)::numeric::money,
  i % 3 = 0, (i % 4096)::bit(12), CASE WHEN i % 7 = 0 THEN NULL ELSE 'wörd ' || i END, 'f' || i % 9,
  CASE i % 5 WHEN 0 THEN E'tab\there' WHEN 1 THEN E'line\nbreak \\ back' WHEN 2 THEN '' WHEN 3 THEN '\.' ELSE repeat('long ', 30) || i END,
  'tag' || i, decode(md5(i::text) || md5((i + 1)::text), 'hex'),
  date '2020-01-01' + i, time '00:00' + i * interval '7 s', timetz '00:00+02' + i * interval '7 s',
  timestamp '2020-01-01' + i * interval '1 h', timestamptz '2020-01-01 00:00+00' + i * interval '1 h', i * interval '1 h 3 s',
  md5(i::text)::uuid, json_build_object('a', i, 'b', md5(i::text)), jsonb_build_object('k', i, 'l', jsonb_build_array(i, NULL, 'x')),
  xmlparse(content '<a>' || i || '</a>'), ('10.0.' || i % 250 || '.7')::inet, ('10.' || i % 250 || '.0.0/16')::cidr,
  ('08:00:2b:01:02:' || lpad(to_hex(i % 256), 2, '0'))::macaddr, point(i, i / 2.0), polygon '((0,0),(1,1),(2,0))',
  ARRAY[i, NULL, i + 1], ARRAY[ARRAY['a"b', 'c,d'], ARRAY['{e}', i::text]], tstzrange('2020-01-01 00:00+00', timestamptz '2020-01-02 00:00+00' + i * interval '1 h'),
  int4multirange(int4range(i, i + 3), int4range(i + 9, i + 12)), to_tsquery('simple', 'fat & rat' || i), to_tsvector('simple', 'a fat cat ' || i), '0/1000'::pg_lsn + i
FROM generate_series(1, 130) i;
CREATE TABLE public.note (id bigint GENERATED ALWAYS AS IDENTITY (START 1000), author text, body text NOT NULL);
INSERT INTO public.note (author, body)
SELECT 'author ' || i % 17, 'note ' || i || ' ' || md5(i::text) || md5((i * 31)::text) FROM generate_series(1, 700) i;
CREATE INDEX note_author ON public.note (author);
CREATE TABLE public.empty (nothing text);
SELECT lo_from_bytea(5000 + i, decode(repeat(md5(i::text), 20 * i), 'hex')) FROM generate_series(1, 6) i;
COMMENT ON LARGE OBJECT 5001 IS 'a picture';
ALTER LARGE OBJECT 5002 OWNER TO app_owner;
GRANT SELECT ON LARGE OBJECT 5003 TO app_reader;
