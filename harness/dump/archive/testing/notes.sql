-- The database of the archives in recorded/, by pg_dump 15 and 17:
--   notes-15.dump -Fc; notes-15-piped.dump -Fc -Z0, to a pipe; notes-15.tar -Ft; notes-15-folder -Fd -Z0
--   notes-17.dump -Fc --compress=zstd; notes-17-lz4.dump -Fc --compress=lz4; notes-17.tar -Ft; notes-17-folder -Fd; notes-17-inserts.dump -Fc --inserts
CREATE TABLE public.notes (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
INSERT INTO public.notes (body) SELECT 'note ' || i || E' \\. \n' || md5(i::text) FROM generate_series(1, 120) i;
CREATE TABLE public.tags (note integer REFERENCES public.notes, tag text, PRIMARY KEY (note, tag));
INSERT INTO public.tags SELECT id, t FROM public.notes, unnest(ARRAY['a', 'b']) t;
CREATE TABLE public.nothing (id integer);
CREATE MATERIALIZED VIEW public.counted AS SELECT tag, count(*) FROM public.tags GROUP BY tag;
CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS $$ SELECT 1; $$;
CREATE VIEW public.first AS SELECT * FROM public.notes WHERE id = 1;
GRANT SELECT ON public.notes TO PUBLIC;
SELECT lo_from_bytea(4711, decode(repeat('00ff', 20000), 'hex')), lo_from_bytea(4712, ''), lo_from_bytea(4713, 'x');
