import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  advisoriesAgainst,
  floorOf as floorOfProgram,
  readProgramVersion,
  type Probe,
  type ProgramVersion,
} from '../../engine/index.ts'
import { floorOf, knownAgainst } from './client-floors.ts'
import { listClients } from './find-clients.ts'

/** PostgreSQL's own clients on this machine, each held against the published fixes as a run would. */
export async function probeClients(folders: readonly string[]): Promise<readonly Probe[]> {
  return [await probeRestoring(folders), await probeDumping(folders)]
}

async function probeRestoring(folders: readonly string[]): Promise<Probe> {
  const base = { group: 'clients', what: 'psql, pg_restore' } as const
  const all = await listClients(folders)
  if (all.length === 0) {
    const found = 'none; only --restorer stock and both need them'
    return { ...base, status: 'unused', found, remedy: null }
  }
  const open = all.filter(({ isVulnerable }) => isVulnerable)
  const safe = all.filter(({ isVulnerable }) => !isVulnerable).map(({ version }) => version.text)
  const found = [
    ...unique(safe),
    ...unique(open.map(({ version }) => `${version.text} refused (${knownAgainst(version)[0] ?? ''})`)),
  ].join(', ')
  const first = open[0]?.version
  if (safe.length > 0 || first === undefined) return { ...base, status: 'ok', found, remedy: null }
  const floor = floorOf(first.major)
  const update = floor === null ? 'install a major that still gets fixes' : `update them to ${floor} or later`
  return { ...base, status: 'limited', found, remedy: `${update}, for --restorer stock and both` }
}

/** What backups are made with; a rehearsal needs none. */
async function probeDumping(folders: readonly string[]): Promise<Probe> {
  const base = { group: 'clients', what: 'pg_dump' } as const
  const read = await Promise.all(folders.map(async (folder) => versionOf(join(folder, 'pg_dump'))))
  const all = read.filter((version) => version !== null)
  const found = unique(all.map(({ text }) => text)).join(', ')
  if (all.length === 0) return { ...base, status: 'unused', found: 'none; a rehearsal needs none', remedy: null }
  const open = all.find((version) => advisoriesAgainst('pg_dump', version).length > 0)
  if (open === undefined) return { ...base, status: 'ok', found, remedy: null }
  const [known] = advisoriesAgainst('pg_dump', open)
  const floor = floorOfProgram('pg_dump', open.major)
  const remedy = `${open.text}: ${known?.what ?? ''} (${known?.cve ?? ''}); ${floor === null ? 'dump with a newer major' : `update to ${floor}`}`
  return { ...base, status: 'limited', found, remedy }
}

async function versionOf(program: string): Promise<ProgramVersion | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { env: {}, timeout: 10_000 })
    const said = /^pg_dump \(PostgreSQL\) (\S{1,40})/.exec(stdout)?.[1]
    return said === undefined ? null : readProgramVersion(said)
  } catch {
    // Not there, or not for this machine.
    return null
  }
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}
