import { glob } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { Fault, programVersion } from '../../core/index.ts'
import { floorOf, isVulnerable, knownAgainst, readVersion, type ClientVersion } from './client-floors.ts'
import type { StockClients } from './types.ts'

export interface ClientNeed {
  /** Major of the server to restore into. */
  readonly serverMajor: number
  /** No older client reads the dump: the major of the pg_dump that wrote an archive. 0 where any does. */
  readonly oldestMajor: number
}

/** Where packages put clients, beside PATH: Debian, Red Hat, Homebrew on both processors, Postgres.app. */
const usualFolders = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/{postgresql@*,libpq}/bin',
  '/usr/local/opt/{postgresql@*,libpq}/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
]

/** The folders in which clients may lie: `REHEARSAL_CLIENTS` (`<major>/bin` in it) first, then PATH, then the usual ones. */
export async function clientFolders(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const named = environment['REHEARSAL_CLIENTS'] ?? ''
  const path = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  const own = named === '' ? [] : await foldersLike(join(named, '*', 'bin'))
  const usual = await Promise.all(usualFolders.map(foldersLike))
  return [...new Set([...own, ...path, ...usual.flat()])]
}

async function foldersLike(pattern: string): Promise<string[]> {
  return (await Array.fromAsync(glob(pattern))).sort()
}

/**
 * psql and pg_restore for that server: of its own major where they read the dump, else of the newest major there is.
 * Throws `E_CLIENT_MISSING` where there are none, and `E_CLIENT_VULNERABLE` where all of them are below the minor with
 * the known fixes, unless that was accepted.
 */
export async function findStockClients(
  need: ClientNeed,
  folders: readonly string[],
  { acceptVulnerable = false }: { readonly acceptVulnerable?: boolean } = {},
): Promise<StockClients> {
  const all = await listClients(folders)
  const oldest = Math.max(need.serverMajor, need.oldestMajor)
  const fitting = all.filter(({ version }) => version.major >= oldest)
  const safe = fitting.filter((clients) => !clients.isVulnerable)
  const chosen = choose(safe, need) ?? (acceptVulnerable ? choose(fitting, need) : null)
  if (chosen) return chosen
  const refused = choose(fitting, need)
  throw refused ? vulnerable(refused) : missing(oldest, all)
}

/** Whole pairs of psql and pg_restore, in the order of the folders. */
export async function listClients(folders: readonly string[]): Promise<readonly StockClients[]> {
  return (await Promise.all(folders.map(readClients))).filter((clients) => clients !== null)
}

function choose(clients: readonly StockClients[], { serverMajor }: ClientNeed): StockClients | null {
  const rank = ({ version }: StockClients): number => (version.major === serverMajor ? Infinity : version.major)
  const [best] = [...clients].sort((a, b) => rank(b) - rank(a) || b.version.minor - a.version.minor || 0)
  return best ?? null
}

/** Both programs of one folder; null where one is missing, does not run, or is of another version. */
async function readClients(folder: string): Promise<StockClients | null> {
  const psql = await versionOf(join(folder, 'psql'))
  if (psql === null) return null
  const restore = await versionOf(join(folder, 'pg_restore'))
  return restore?.text === psql.text ? { folder, version: psql, isVulnerable: isVulnerable(psql) } : null
}

async function versionOf(program: string): Promise<ClientVersion | null> {
  const said = await programVersion(program)
  return said === null ? null : readVersion(said)
}

function missing(major: number, all: readonly StockClients[]): Fault {
  const there = all.map(({ version }) => version.text).join(', ') || 'none'
  return new Fault('E_CLIENT_MISSING', `no psql and pg_restore of PostgreSQL ${major} or later (there: ${there})`, {
    hint: `install them: apt install postgresql-client-${major}, dnf install postgresql${major}, brew install postgresql@${major}; or rehearse with --restorer ours`,
  })
}

function vulnerable({ version, folder }: StockClients): Fault {
  const floor = floorOf(version.major)
  return new Fault(
    'E_CLIENT_VULNERABLE',
    `psql and pg_restore ${version.text} in ${folder} can be made to run code by a crafted dump (${knownAgainst(version).join(', ')})`,
    {
      hint: `${floor === null ? 'install a major that still gets fixes' : `update them to ${floor} or later`}, or give --accept-vulnerable-client if you trust this dump`,
      facts: { version: version.text, floor },
    },
  )
}
