import { createWriteStream } from 'node:fs'
import { once } from 'node:events'

/** How much of the dump each table takes, in lines per round: mostly wide rows, some narrow, some with jsonb. */
const linesPerRound = { account: 100, event: 600, reading: 1_000, note: 200 } as const

const head = `--
-- PostgreSQL database dump
--

-- Dumped from database version 17.10
-- Dumped by pg_dump version 17.10

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.account (id bigint NOT NULL, email text NOT NULL, name text, created timestamp with time zone NOT NULL, settings jsonb);

CREATE TABLE public.event (id bigint NOT NULL, account_id bigint NOT NULL, kind text NOT NULL, at timestamp with time zone NOT NULL, payload jsonb NOT NULL);

CREATE TABLE public.reading (id bigint NOT NULL, account_id bigint NOT NULL, value numeric(10,2) NOT NULL);

CREATE TABLE public.note (id bigint NOT NULL, account_id bigint NOT NULL, body text);

`

const foot = `
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_pkey PRIMARY KEY (id);

CREATE INDEX event_payload ON public.event USING gin (payload);

CREATE INDEX event_at ON public.event USING btree (at);

CREATE INDEX reading_account ON public.reading USING btree (account_id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_account FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_account FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_account FOREIGN KEY (account_id) REFERENCES public.account(id);

--
-- PostgreSQL database dump complete
--

`

type TableName = keyof typeof linesPerRound

const columns: Readonly<Record<TableName, string>> = {
  account: 'id, email, name, created, settings',
  event: 'id, account_id, kind, at, payload',
  reading: 'id, account_id, value',
  note: 'id, account_id, body',
}

/** Bytes of one round, about: what the tables' shares are measured by. */
const bytesPerRound = 144_000

/** Writes a plain dump of about that size, the same each time, as pg_dump 17 would write it. */
export async function generateDump(
  path: string,
  bytes: number,
): Promise<{ readonly bytes: number; readonly rows: number }> {
  const file = createWriteStream(path)
  const rounds = Math.max(1, Math.round(bytes / bytesPerRound))
  let rows = 0
  file.write(head)
  for (const table of Object.keys(linesPerRound) as TableName[]) {
    file.write(`COPY public.${table} (${columns[table]}) FROM stdin;\n`)
    const accounts = rounds * linesPerRound.account
    for (let round = 0; round < rounds; round += 1) {
      const lines: string[] = []
      for (let line = 0; line < linesPerRound[table]; line += 1)
        lines.push(row(table, round * linesPerRound[table] + line + 1, accounts))
      rows += lines.length
      if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain')
    }
    file.write('\\.\n\n\n')
  }
  file.end(foot)
  await once(file, 'close')
  return { bytes: file.bytesWritten, rows }
}

function row(table: TableName, id: number, accounts: number): string {
  // A multiplier prime to any count: neighbours point far apart, as in a database that has lived.
  const account = ((id * 2_654_435) % accounts) + 1
  const at = `2026-0${(id % 9) + 1}-1${id % 10} 1${id % 10}:00:0${id % 10}+00`
  switch (table) {
    case 'account':
      return `${id}\tperson${id}@example.org\tPerson Number ${id}\t${at}\t{"theme": "dark", "lang": "${id % 2 ? 'en' : 'ja'}"}`
    case 'event':
      return `${id}\t${account}\tkind-${id % 40}\t${at}\t{"page": "/course/${id % 900}", "ms": ${id % 5_000}, "tags": ["a${id % 30}", "b${id % 70}"]}`
    case 'reading':
      return `${id}\t${account}\t${(id * 37) % 100_000}.${id % 10}5`
    case 'note':
      return `${id}\t${account}\t${'A line of a note\\nand one more, with a tab\\tin it. '.repeat(3 + (id % 5))}`
    default:
      throw new TypeError(`unhandled ${JSON.stringify(table satisfies never)}`)
  }
}
