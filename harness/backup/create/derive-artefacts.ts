import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { FileKind } from '../types.ts'
import type { DumpTools, VersionPort } from './find-dump-tools.ts'
import { failureOf, runTool } from './run-tool.ts'
import { writeSupabaseFiles } from './supabase-files.ts'
import type { SourceTable } from './types.ts'

export interface DeriveRequest {
  /** The set's folder: what is derived is written into it. */
  readonly folder: string
  /** The archive in it. */
  readonly archive: string
  readonly tools: DumpTools
  readonly versions: VersionPort
  readonly tables: readonly SourceTable[]
  /** `public.users`, `orders`: written as a file each. */
  readonly critical: readonly string[]
  readonly only: 'critical' | 'all'
  /** Of a Supabase project the file of its roles: its CLI's files are written too. */
  readonly supabaseRoles: string | null
  readonly signal: AbortSignal
  readonly onFile: (name: string) => void
}

interface Artefact {
  readonly name: string
  readonly kind: FileKind
  readonly args: readonly string[]
  /** Whose rows it holds. */
  readonly tables: readonly SourceTable[]
}

/** A file that was derived. */
export interface Derived {
  readonly kind: FileKind
  /** Whose rows it holds; null: not known, or none. */
  readonly tables: readonly SourceTable[] | null
}

/** Entries of an archive's table of contents, and the comments and grants on them. */
const policyLine = /^\d+; \d+ \d+ (?:POLICY|ROW SECURITY|COMMENT \S+ POLICY) /
const codeLine =
  /^\d+; \d+ \d+ (?:(?:FUNCTION|PROCEDURE|AGGREGATE|TRIGGER|EVENT TRIGGER) |(?:ACL|COMMENT) \S+ (?:FUNCTION|PROCEDURE|AGGREGATE|TRIGGER|EVENT TRIGGER) )/

/**
 * The plain files that a backup guide asks for beside the full dump, all out of that one archive and so of one moment:
 * definitions, rows, a file a schema, a file a critical table, policies, functions and triggers. The source is not asked
 * again. Answers by file.
 */
export async function deriveArtefacts(request: DeriveRequest): Promise<Record<string, Derived>> {
  const { tools, versions, folder, signal } = request
  const weakness = versions.weaknessOf('pg_restore', tools.version)
  if (weakness !== null) {
    throw new Fault('E_CLIENT_VULNERABLE', `pg_restore ${tools.version.text} in ${tools.folder}: ${weakness}`, {
      hint: 'update it to the latest minor of its major, or back up without --artefacts all',
    })
  }
  const artefacts = withOwnNames([
    ...(request.only === 'all' ? [...plainFiles(request), ...(await listedFiles(request))] : []),
    ...criticalFiles(request),
  ])
  const derived: Record<string, Derived> = {}
  for (const { name, kind, args, tables } of artefacts) {
    request.onFile(name)
    await write(request, [...args, `--file=${join(folder, name)}`], signal)
    derived[name] = { kind, tables: tables.length === 0 ? null : tables }
  }
  if (request.supabaseRoles !== null && request.only === 'all') {
    const writeFrom = async (args: readonly string[], name: string): Promise<void> => {
      request.onFile(name)
      await write(request, [...args, `--file=${join(folder, name)}`], signal)
    }
    const kinds = await writeSupabaseFiles(folder, request.supabaseRoles, writeFrom)
    for (const [name, kind] of Object.entries(kinds)) derived[name] = { kind, tables: null }
  }
  await Promise.all([policyList, codeList, tocList].map(async (name) => rm(join(folder, name), { force: true })))
  return derived
}

function plainFiles({ tables }: DeriveRequest): readonly Artefact[] {
  const schemas = [...new Set(tables.map(({ schema }) => schema))].sort()
  return [
    { name: 'schema_only_backup.sql', kind: 'schema', args: ['--schema-only'], tables: [] },
    { name: 'data_only_backup.sql', kind: 'data', args: ['--data-only'], tables },
    ...schemas.map((schema): Artefact => {
      const name = schema === 'public' ? 'public_schema_backup.sql' : `schema_${fileWord(schema)}_backup.sql`
      const own = tables.filter((table) => table.schema === schema)
      return { name, kind: 'public-schema', args: [`--schema=${schema}`], tables: own }
    }),
  ]
}

function criticalFiles({ tables, critical }: DeriveRequest): readonly Artefact[] {
  const found = [...new Set(critical.map((given) => findTable(tables, given)))]
  return found.map((table): Artefact => {
    const { schema, name } = table
    const args = [`--schema=${schema}`, `--table=${name}`]
    return { name: `table_${fileWord(schema)}_${fileWord(name)}_backup.sql`, kind: 'table', args, tables: [table] }
  })
}

/** Throws `E_SELECTION_EMPTY` for a critical table that is not there. */
export function findTable(tables: readonly SourceTable[], given: string): SourceTable {
  const found = tables.filter(({ schema, name }) => `${schema}.${name}` === given || name === given)
  const [only] = found
  if (only && found.length === 1) return only
  const what = only ? 'more than one table' : 'no table'
  throw new Fault('E_SELECTION_EMPTY', `${what} of that name: ${given}`, {
    hint: 'name it with its schema, as it is spelt in the catalogue: public.users',
  })
}

const tocList = '.toc.list'
const policyList = '.policies.list'
const codeList = '.functions.list'

async function listedFiles(request: DeriveRequest): Promise<readonly Artefact[]> {
  const { folder, signal } = request
  await write(request, ['--list', `--file=${join(folder, tocList)}`], signal)
  const lines = (await readFile(join(folder, tocList), 'utf8')).split('\n')
  const wanted = [
    { list: policyList, pattern: policyLine, name: 'policies_backup.sql', kind: 'policies' },
    { list: codeList, pattern: codeLine, name: 'functions_triggers_backup.sql', kind: 'functions' },
  ] as const
  for (const { list, pattern } of wanted) {
    const own = lines.filter((line) => pattern.test(line))
    await writeFile(join(folder, list), `${own.join('\n')}\n`, { mode: 0o600 })
  }
  return wanted.map(({ list, name, kind }) => ({ name, kind, args: [`--use-list=${join(folder, list)}`], tables: [] }))
}

async function write({ tools, archive }: DeriveRequest, args: readonly string[], signal: AbortSignal): Promise<void> {
  const call = { program: 'pg_restore', args: [...args, archive], signal } as const
  const ended = await runTool(tools, call)
  if (ended.code !== 0) throw failureOf(call, ended)
}

/** Names that are the same as parts of a file's (`a.b` and `a_b`, or in capitals) would overwrite one another. */
function withOwnNames(artefacts: readonly Artefact[]): readonly Artefact[] {
  const taken = new Set<string>()
  return artefacts.map((artefact) => {
    let { name } = artefact
    for (let count = 2; taken.has(name.toLowerCase()); count += 1)
      name = artefact.name.replace(/_backup\.sql$/, `_${count}_backup.sql`)
    taken.add(name.toLowerCase())
    return { ...artefact, name }
  })
}

/** A schema's or table's name as a part of a file's name. */
function fileWord(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, 60)
}
