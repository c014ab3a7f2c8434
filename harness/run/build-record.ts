import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { BackupFile, BackupSet, FileCheck, FileState } from '../backup/index.ts'
import type { Facts } from '../facts/index.ts'
import type { Finding } from '../compare/index.ts'
import type { BackupRecord, EngineRecord, RestoreRecord, TableRecord } from '../report/index.ts'
import { scrubLine, type Clock } from '../core/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { ReadDump } from './read-dumps.ts'
import type { RunRestore } from './run-restorer.ts'
import { listPlatform } from '../supabase/index.ts'
import type { StartedEngine } from './start-engine.ts'

export function recordBackup(
  set: BackupSet,
  checks: readonly FileCheck[],
  dumps: readonly ReadDump[],
  choice: DumpChoice | null,
  location: string,
  clock: Clock,
): BackupRecord {
  const { manifest } = set
  const main = choice?.restored.find(({ summary }) => summary.holds.schema) ?? choice?.restored[0] ?? dumps[0]
  return {
    id: set.id,
    name: set.name,
    description: manifest?.description ?? null,
    purpose: manifest?.purpose ?? null,
    label: manifest?.label ?? null,
    createdAt: set.createdAt?.toISOString() ?? null,
    ageMs: set.createdAt ? clock.now().getTime() - set.createdAt.getTime() : null,
    location,
    totalBytes: set.files.reduce((sum, file) => sum + file.bytes, 0),
    retention: manifest?.retention ?? null,
    createdBy: manifest?.createdBy ?? null,
    verifiedBy: manifest?.verifiedBy ?? null,
    files: set.files.map((file) => {
      const own = checks.filter(({ file: owner }) => owner === file.name)
      const dump = dumps.find((candidate) => candidate.file === file)
      return {
        name: file.name,
        kind: file.kind,
        bytes: file.bytes,
        sha256: digestOf(file, own) ?? file.sha256,
        restored: choice?.restored.some((chosen) => chosen.file === file) ?? false,
        state: worst.find((state) => own.some((check) => check.state === state)) ?? 'unsealed',
        tables: dump ? dump.summary.tables.filter(({ defined }) => defined).length : null,
        rows: dump ? dump.summary.tables.reduce((sum, { rows }) => sum + rows, 0) : null,
      }
    }),
    writer: main?.summary.writer ?? 'unknown',
    sourceVersion: main?.summary.serverVersion ?? manifest?.source?.serverVersion ?? null,
    toolVersion: main?.summary.toolVersion ?? null,
  }
}

/** What a file's parts show of it: the worst of them. */
const worst: readonly Exclude<FileState, 'extra'>[] = ['missing', 'changed', 'empty', 'unsealed', 'intact']

/** Of a folder, what `sha256sum * | sha256sum` in it prints; null where a part is missing. */
function digestOf(file: BackupFile, checks: readonly FileCheck[]): string | null {
  if (file.form === 'file') return checks[0]?.sha256 ?? null
  if (checks.length === 0 || checks.some(({ sha256 }) => sha256 === null)) return null
  const listing = checks.map(({ name, sha256 }) => `${sha256}  ${basename(name)}\n`)
  return createHash('sha256').update(listing.join('')).digest('hex')
}

export function recordEngine({ server, because, platform }: StartedEngine): EngineRecord {
  return {
    kind: server.kind,
    version: server.version,
    origin: server.origin,
    startMs: server.startMs,
    isolation: server.isolation,
    because,
    provided: listPlatform(platform),
  }
}

export function recordRestore({ ledger, restorer }: RunRestore): RestoreRecord {
  return {
    restorer,
    statements: ledger.statementsLoaded,
    refused: ledger.refused.map(({ file, line, verb, object, refusal, meaning, explanation }) => ({
      file,
      line,
      verb,
      object,
      code: refusal.code,
      message: scrubLine(refusal.message),
      harmless: meaning === 'harmless',
      explanation,
    })),
    skipped: ledger.skipped.length,
    rows: ledger.tables.reduce((sum, table) => sum + table.rowsLoaded, 0),
    bytes: ledger.tables.reduce((sum, table) => sum + table.bytes, 0),
    ms: ledger.ms,
  }
}

/** Every table that production, the dump or the copy knows, with what each says of its rows. */
export function recordTables(
  baseline: Facts | null,
  choice: DumpChoice,
  restored: Facts | null,
  findings: readonly Finding[],
): TableRecord[] {
  const expected = new Map(baseline?.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]))
  const found = new Map(restored?.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]))
  const dumped = new Map<string, { rows: number; bytes: number }>()
  for (const { schema, name, rows, bytes, hasData } of choice.restored.flatMap(({ summary }) => summary.tables)) {
    if (hasData) dumped.set(`${schema}.${name}`, { rows, bytes })
  }
  const statusOf = (check: Finding['check'], table: string): Finding['status'] =>
    findings.find((finding) => finding.check === check && finding.object === table)?.status ?? 'not-checked'
  return [...new Set([...expected.keys(), ...dumped.keys(), ...found.keys()])].sort().map((table) => ({
    table,
    expected: expected.get(table) ?? null,
    dumped: dumped.get(table)?.rows.toString() ?? null,
    restored: found.get(table) ?? null,
    bytes: dumped.get(table)?.bytes ?? null,
    counts: statusOf('row counts', table),
    content: statusOf('row content', table),
  }))
}
