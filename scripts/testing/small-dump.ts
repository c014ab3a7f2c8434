/** A plain dump as pg_dump 17 writes it: one table, two rows, and whatever else stands before its end. */
export function smallDump(more = ''): string {
  return `--
-- PostgreSQL database dump
--

-- Dumped from database version 17.10
-- Dumped by pg_dump version 17.10

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.item (
    id integer NOT NULL,
    name text
);

COPY public.item (id, name) FROM stdin;
1\tteapot
2\tcup
\\.

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (id);

${more}
--
-- PostgreSQL database dump complete
--

`
}

/** Keeps the server busy for that long while it is restored, with nothing that a dump could not hold. */
export function slowConstraint(seconds: number): string {
  return `CREATE FUNCTION public.slow(id integer) RETURNS boolean
    LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_catalog.pg_sleep(${seconds}); RETURN true; END $$;

ALTER TABLE public.item
    ADD CONSTRAINT item_check CHECK (public.slow(id));
`
}
