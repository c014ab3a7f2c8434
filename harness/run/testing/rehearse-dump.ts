import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type ConfigFlags } from '../../config/index.ts'
import { silentProgress, systemClock, type Progress } from '../../core/index.ts'
import type { Engine } from '../../engine/index.ts'
import { rehearse, type Rehearsed } from '../rehearse.ts'
import { onePassingSpec } from './rehearse-set.ts'

export interface DumpRehearsal {
  /** The engine that config would choose, unless given. */
  readonly engine?: Engine
  readonly baseline?: string
  readonly signal?: AbortSignal
  readonly progress?: Progress
  readonly timeLimit?: string
  readonly flags?: ConfigFlags
  readonly environment?: NodeJS.ProcessEnv
}

/** A whole rehearsal of one dump, with nothing of production unless a baseline is given. */
export async function rehearseDump(backup: string, options: DumpRehearsal = {}): Promise<Rehearsed> {
  const { engine, baseline, timeLimit, signal = new AbortController().signal, progress = silentProgress } = options
  const out = await mkdtemp(join(tmpdir(), 'rehearsal-out-'))
  const { flags: more = {}, environment = {} } = options
  const nothing = baseline === undefined && more.production === undefined
  const flags = { timeLimit, baseline, ...(nothing ? { parity: 'not-required' } : {}), ...more }
  try {
    return await rehearse({
      config: await loadConfig({ flags: { backup, out, project: 'test', ...flags }, env: {}, cwd: out }),
      clock: systemClock,
      progress,
      signal,
      environment,
      specRunner: onePassingSpec,
      toolVersion: 'test',
      keep: false,
      ...(engine ? { engine } : {}),
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** An engine for dumps that must never reach one. */
export const noEngine: Engine = {
  kind: 'embedded',
  lacks: async () => [],
  start: async () => {
    throw new Error('a server was started for a dump that must not be run')
  },
}

/** A plain dump as pg_dump writes it: definitions, a table's rows, an index; with more text in one of three places. */
export function dumpWith(more: {
  readonly definitions?: string
  readonly rows?: string
  readonly end?: string
}): string {
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

${more.definitions ?? ''}
COPY public.item (id, name) FROM stdin;
1\tteapot
2\tcup
${more.rows ?? ''}3\tkettle
\\.

CREATE INDEX item_name ON public.item USING btree (name);

${more.end ?? ''}
--
-- PostgreSQL database dump complete
--

`
}
