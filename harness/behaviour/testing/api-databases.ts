import { readFile } from 'node:fs/promises'
import type { SqlRunner } from '../../core/index.ts'
import type { Finding } from '../../compare/index.ts'
import { beginReadOnly, observe, type AccessFacts, type Facts } from '../../facts/index.ts'
import { compareAccess } from '../compare-access.ts'
import { findViewers } from '../find-viewers.ts'
import { observeAccess } from '../observe-access.ts'
import { defaultAccess, listViewers, type AccessRequest, type RoleClaim, type Viewer } from '../viewers.ts'

type Session = SqlRunner & AsyncDisposable

/** What a disposable server is to these tests. */
export interface ApiServer {
  connect(database: string): Promise<Session>
  createDatabase(name: string): Promise<void>
}

const roles = `
  CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT;
  CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS; CREATE ROLE keeper NOLOGIN`

/** Gives a server API roles, and a database `production` made of api-database.sql and what a test adds. */
export async function makeProduction(server: ApiServer, more = ''): Promise<void> {
  await using session = await server.connect('postgres')
  await session.query(roles)
  await server.createDatabase('production')
  await using production = await server.connect('production')
  await production.query(await readFile(new URL('api-database.sql', import.meta.url), 'utf8'))
  if (more) await production.query(more)
}

/** A copy of `production` with something changed, under a name of its own. */
export async function copyWith(server: ApiServer, name: string, change: string): Promise<Session> {
  await using session = await server.connect('postgres')
  await session.query(`CREATE DATABASE ${name} TEMPLATE production`)
  const copy = await server.connect(name)
  if (change) await copy.query(change)
  return copy
}

export async function observeWithAccess(
  session: Session,
  source: Facts['source'],
  request: AccessRequest = defaultAccess,
): Promise<Facts> {
  return observeAs(session, source, () => listViewers(session, request))
}

/** The copy as those see it who looked before. */
export async function observeAgain(session: Session, before: AccessFacts, roles: readonly RoleClaim[]): Promise<Facts> {
  return observeAs(session, 'restored', () => findViewers(session, before, roles))
}

async function observeAs(
  session: Session,
  source: Facts['source'],
  findThem: () => Promise<readonly Viewer[]>,
): Promise<Facts> {
  await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
  const facts = await observe(session, { source, fingerprint: true })
  const viewers = await findThem()
  const limits = { fingerprint: true, statementTimeoutMs: 10_000, deadlineMs: 60_000 }
  const access = await observeAccess([session], { viewers, schemas: facts.schemas, ...limits })
  await session.query('ROLLBACK')
  return { ...facts, access }
}

export function compareBoth(baseline: Facts, restored: Facts): readonly Finding[] {
  if (!baseline.access || !restored.access) throw new TypeError('both sides must say who sees what')
  return compareAccess(baseline.access, restored.access, {
    baseline,
    restored,
    baselineKind: 'dump-snapshot',
    notCovered: [],
    driftOf: () => 0,
  })
}
