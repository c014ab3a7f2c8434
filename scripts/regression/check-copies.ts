import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentProgress } from '../../harness/core/index.ts'
import type { Finding } from '../../harness/compare/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import type { Facts } from '../../harness/facts/index.ts'
import { restoreDumps, type RestoreLedger } from '../../harness/restore/index.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { findingsAt, observeAt, type Place, type Source } from '../corpora/compare-databases.ts'

/** How pg_dump is asked to write. */
const forms = { custom: { dump: ['-Fc'], restorer: 'pg_restore' }, plain: { dump: ['-Fp'], restorer: 'psql' } } as const

export type Form = keyof typeof forms
export const allForms: readonly Form[] = ['custom', 'plain']

export interface CopyResult {
  readonly form: Form
  readonly ledger: RestoreLedger
  /** All but `same`. */
  readonly findings: readonly Finding[]
  /** The same of psql's or pg_restore's copy and ours. */
  readonly besideStock: readonly Finding[]
}

export interface CopyOptions {
  readonly form: Form
  readonly tools: ClientTools
  readonly folder: string
  /** Where the target, of another major than the source, has the libraries of functions in C. Plain dumps only. */
  readonly libraries: { readonly from: string; readonly to: string } | null
}

/** Dumps the source, restores it by us into another database, and holds that one's facts against the source's. */
export async function checkCopy(
  source: Source,
  target: DisposableServer,
  { form, tools, folder, libraries }: CopyOptions,
): Promise<CopyResult> {
  const database = `${source.database}_${form}`
  const path = join(folder, database)
  await runTool(tools, 'pg_dump', [...forms[form].dump, '-f', path, '-d', source.database], source.server.address)
  if (libraries) await writeFile(path, (await readFile(path, 'utf8')).replaceAll(libraries.from, libraries.to))
  await target.createDatabase(database)
  const ledger = await restoreDumps([{ path, name: form }], target, {
    database,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: 0,
  })
  const restored = { server: target, database }
  const facts = await observeAt(restored)
  return {
    form,
    ledger,
    findings: withoutSame(await findingsAt(withLibraries(source.facts, libraries), facts, restored, ledger.tables)),
    besideStock: withoutSame(
      await findingsAt(await observeAt(await restoreByStock(path, target, form, tools)), facts, restored),
    ),
  }
}

function withLibraries(facts: Facts, libraries: CopyOptions['libraries']): Facts {
  if (libraries === null) return facts
  const objects = facts.objects.map((object) => {
    const library = object.properties['library']?.replace(libraries.from, libraries.to)
    return library === undefined ? object : { ...object, properties: { ...object.properties, library } }
  })
  return { ...facts, objects }
}

/** PostgreSQL's own restore of the same dump, going on past errors. */
async function restoreByStock(path: string, server: DisposableServer, form: Form, tools: ClientTools): Promise<Place> {
  const database = `${form}_by_stock`
  await server.createDatabase(database)
  const { restorer } = forms[form]
  const script = restorer === 'psql' ? ['-X', '-q', '-o', '/dev/null', '-f', path] : [path]
  await runTool(tools, restorer, ['-d', database, ...script], server.address)
  return { server, database }
}

function withoutSame(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ status }) => status !== 'same')
}
