import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBaseline, type DumpForm, type DumpSource } from '../../../fixtures/supabase/dump-forms.ts'
import { loadConfig, type ConfigFlags } from '../../config/index.ts'
import { silentProgress, systemClock } from '../../core/index.ts'
import { rehearse, type Rehearsed } from '../rehearse.ts'
import { onePassingSpec } from './rehearse-set.ts'

/** A set of that form in a folder of its own, with production's facts beside it. */
export async function recordForm(project: DumpSource, form: DumpForm, folder: string): Promise<string> {
  const set = await mkdtemp(join(folder, '2026-11-22-'))
  const written = await writtenBy(project)
  await writeForm(project, form, { written, folder, set })
  await recordBaseline(project, written, set)
  return set
}

/** Dumps of each project as they were written, and what its server had written by then. */
const dumped = new WeakMap<DumpSource, { readonly written: string; readonly folders: Map<DumpForm, string> }>()

/** Dumped anew only once something was written to the project since; a test may change what it is given. */
async function writeForm(
  project: DumpSource,
  form: DumpForm,
  place: { readonly written: string; readonly folder: string; readonly set: string },
): Promise<void> {
  const last = dumped.get(project)
  const folders = last?.written === place.written ? last.folders : new Map<DumpForm, string>()
  dumped.set(project, { written: place.written, folders })
  const known = folders.get(form) ?? (await mkdtemp(join(place.folder, 'form-')))
  if (!folders.has(form)) await form.write(project, known)
  folders.set(form, known)
  await cp(known, place.set, { recursive: true })
}

/** The last baseline of each project, likewise. */
const baselines = new WeakMap<DumpSource, { readonly written: string; readonly facts: Buffer }>()

async function recordBaseline(project: DumpSource, written: string, set: string): Promise<void> {
  const path = join(set, 'baseline.json')
  const last = baselines.get(project)
  if (last?.written === written) return writeFile(path, last.facts)
  await writeBaseline(project, set)
  baselines.set(project, { written, facts: await readFile(path) })
}

async function writtenBy({ server }: DumpSource): Promise<string> {
  await using session = await server.connect('postgres')
  const [row] = await session.query('SELECT pg_catalog.pg_current_wal_insert_lsn()::text AS written')
  return row?.['written'] ?? ''
}

/** A whole rehearsal of such a set, without a config; evidence goes beside it. Embedded unless the flags say otherwise. */
export async function rehearseForm(
  backup: string,
  flags: ConfigFlags = {},
  environment: NodeJS.ProcessEnv = {},
): Promise<Rehearsed> {
  const out = await mkdtemp(`${backup}-out-`)
  return rehearse({
    config: await loadConfig({
      flags: { backup, out, project: 'supabase', engine: 'embedded', ...flags },
      env: {},
      cwd: out,
    }),
    clock: systemClock,
    progress: silentProgress,
    signal: new AbortController().signal,
    environment,
    specRunner: onePassingSpec,
    toolVersion: 'test',
    keep: false,
  })
}
