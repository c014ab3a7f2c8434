import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asFault, silentProgress, type Fault } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import type { Session } from '../../postgres/index.ts'
import { bringBackRequest } from './bring-back-request.ts'
import { bringBack, type BringBackPlan, type BringBackReport, type BringBackRequest } from '../bring-back/index.ts'

export const canary = 'c4nary-passw0rd'

/** A server of somebody else's, with an empty database for each test and a folder for dumps. */
export class ScratchServer implements AsyncDisposable {
  readonly server: DisposableServer
  readonly admin: Session
  readonly folder: string
  database = ''
  #databases = 0

  private constructor(server: DisposableServer, admin: Session, folder: string) {
    this.server = server
    this.admin = admin
    this.folder = folder
  }

  static async start(): Promise<ScratchServer> {
    const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    const server = await embeddedEngine().start(need, options)
    return new ScratchServer(server, await server.connect('postgres'), await mkdtemp(join(tmpdir(), 'bring-back-')))
  }

  /** The next test's database. */
  async renew(): Promise<void> {
    this.#databases += 1
    this.database = `scratch_${this.#databases}`
    await this.server.createDatabase(this.database)
  }

  url(name = this.database, user = 'postgres'): string {
    return `postgresql://${user}:${canary}@localhost/${name}?host=${this.server.address.host}`
  }

  async write(name: string, content: string): Promise<string> {
    const path = join(this.folder, name)
    await writeFile(path, content)
    return path
  }

  /** First column of every row. */
  async read(query: string): Promise<readonly (string | null)[]> {
    await using session = await this.server.connect(this.database)
    return (await session.query(query)).map((row) => Object.values(row)[0] ?? null)
  }

  /** Restores into the test's database, which is not production unless the test says otherwise. */
  async bring(request: Partial<BringBackRequest>): Promise<Brought> {
    const plans: BringBackPlan[] = []
    const asked = bringBackRequest({
      path: join(this.folder, 'dump.sql'),
      onPlan: (plan) => void plans.push(plan),
      ...request,
      environment: { TARGET: this.url(), ...request.environment },
    })
    const brought = await bringBack(asked).then(
      (report) => ({ report, fault: null }),
      (thrown: unknown) => ({ report: null, fault: asFault(thrown) }),
    )
    return { ...brought, plan: plans[0] ?? null, printed: JSON.stringify([brought, brought.fault?.message, plans]) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin[Symbol.asyncDispose]()
    await this.server[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true })
  }
}

export interface Brought {
  readonly report: BringBackReport | null
  readonly fault: Fault | null
  readonly plan: BringBackPlan | null
  /** All that could be printed of it. */
  readonly printed: string
}

/** A plain dump as pg_dump 17 writes it: one table, two rows, and whatever else stands before its end. */
export function itemDump(more = ''): string {
  return `--
-- PostgreSQL database dump
--

-- Dumped from database version 17.10

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

${more}
--
-- PostgreSQL database dump complete
--

`
}
