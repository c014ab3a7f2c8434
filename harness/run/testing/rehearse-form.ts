import { mkdtemp } from 'node:fs/promises'
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
  await writeBaseline(project, set)
  return set
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
