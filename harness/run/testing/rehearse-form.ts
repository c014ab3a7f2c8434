import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBaseline, type DumpForm, type DumpSource } from '../../../fixtures/supabase/dump-forms.ts'
import { loadConfig, type ConfigFlags } from '../../config/index.ts'
import { silentProgress, systemClock } from '../../core/index.ts'
import { rehearse, type Rehearsed } from '../rehearse.ts'
import { onePassingSpec } from './rehearse-set.ts'

/** A set of that form in a folder of its own, with production's facts beside it. */
export async function recordForm(project: DumpSource, form: DumpForm, folder: string): Promise<string> {
  const set = await mkdtemp(join(folder, '2026-11-22-'))
  await form.write(project, set)
  await recordBaseline(project, set)
  return set
}

/** The last baseline of each project, and what its server had written by then. */
const baselines = new WeakMap<DumpSource, { readonly written: string; readonly facts: Buffer }>()

/** Observed anew only once something was written to the project since. */
async function recordBaseline(project: DumpSource, set: string): Promise<void> {
  const path = join(set, 'baseline.json')
  const written = await writtenBy(project)
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
