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
}

/** Entries of an archive's table of contents, and the comments and grants on them. */
const policyLine = /^\d+; \d+ \d+ (?:POLICY|ROW SECURITY|COMMENT \S+ POLICY) /
const codeLine =
  /^\d+; \d+ \d+ (?:(?:FUNCTION|PROCEDURE|AGGREGATE|TRIGGER|EVENT TRIGGER) |(?:ACL|COMMENT) \S+ (?:FUNCTION|PROCEDURE|AGGREGATE|TRIGGER|EVENT TRIGGER) )/

/**
 * The plain files that a backup guide asks for beside the full dump, all out of that one archive and so of one moment:
 * definitions, rows, a file a schema, a file a critical table, policies, functions and triggers. The source is not asked
 * again. Answers with kinds by file.
 */
export async function deriveArtefacts(request: DeriveRequest): Promise<Record<string, FileKind>> {
  const { tools, versions, folder, signal } = request
  const weakness = versions.weaknessOf('pg_restore', tools.version)
  if (weakness !== null) {
    throw new Fault('E_CLIENT_VULNERABLE', `pg_restore ${tools.version.text} in ${tools.folder}: ${weakness}`, {
      hint: 'update it to the latest minor of its major, or back up without --artefacts all',
    })
  }
  const artefacts = [
    ...(request.only === 'all' ? [...plainFiles(request), ...(await listedFiles(request))] : []),
    ...criticalFiles(request),
  ]
  const kinds: Record<string, FileKind> = {}
  for (const { name, kind, args } of artefacts) {
    request.onFile(name)
    await write(request, [...args, `--file=${join(folder, name)}`], signal)
    kinds[name] = kind
  }
  if (request.supabaseRoles !== null && request.only === 'all') {
    const writeFrom = async (args: readonly string[], name: string): Promise<void> => {
      request.onFile(name)
      await write(request, [...args, `--file=${join(folder, name)}`], signal)
    }
    Object.assign(kinds, await writeSupabaseFiles(folder, request.supabaseRoles, writeFrom))
  }
  await Promise.all([policyList, codeList, tocList].map(async (name) => rm(join(folder, name), { force: true })))
  return kinds
}

function plainFiles({ tables }: DeriveRequest): readonly Artefact[] {
  const schemas = [...new Set(tables.map(({ schema }) => schema))].sort()
  return [
    { name: 'schema_only_backup.sql', kind: 'schema', args: ['--schema-only'] },
    { name: 'data_only_backup.sql', kind: 'data', args: ['--data-only'] },
    ...schemas.map((schema): Artefact => {
      const name = schema === 'public' ? 'public_schema_backup.sql' : `schema_${fileWord(schema)}_backup.sql`
      return { name, kind: 'public-schema', args: [`--schema=${schema}`] }
    }),
  ]
}

function criticalFiles({ tables, critical }: DeriveRequest): readonly Artefact[] {
  return critical.map((given): Artefact => {
    const { schema, name } = findTable(tables, given)
    const args = [`--schema=${schema}`, `--table=${name}`]
    return { name: `table_${fileWord(schema)}_${fileWord(name)}_backup.sql`, kind: 'table', args }
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
  return wanted.map(({ list, name, kind }) => ({ name, kind, args: [`--use-list=${join(folder, list)}`] }))
}

async function write({ tools, archive }: DeriveRequest, args: readonly string[], signal: AbortSignal): Promise<void> {
  const call = { program: 'pg_restore', args: [...args, archive], signal } as const
  const ended = await runTool(tools, call)
  if (ended.code !== 0) throw failureOf(call, ended)
}

/** A schema's or table's name as a part of a file's name. */
function fileWord(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, 60)
}
