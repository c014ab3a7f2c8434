import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig, type ConfigFlags } from '../../config/index.ts'
import { silentProgress, systemClock } from '../../core/index.ts'
import { rehearse, type RehearseOptions, type Rehearsed } from '../rehearse.ts'
import type { SpecRunner } from '../spec-runner.ts'

export const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url))

/** One spec that passes, at once: what specs can do to a verdict is tested with the command itself. */
export const onePassingSpec: SpecRunner = {
  launch: () => ({
    run: async () => ({
      tests: [
        { file: 'specs/one.spec.ts', title: 'passes', state: 'passed', durationMs: 0, message: null, mirrors: null },
      ],
      errors: [],
    }),
    async [Symbol.asyncDispose]() {},
  }),
}

/** A whole rehearsal of a set of a sample project, with its config, on a real server. */
export async function rehearseSet(
  project: string,
  flags: ConfigFlags,
  options: Partial<RehearseOptions> = {},
): Promise<Rehearsed> {
  const out = await mkdtemp(join(tmpdir(), 'rehearsal-out-'))
  try {
    const file = join(fixtures, project, 'rehearsal.config.ts')
    return await rehearse({
      config: await loadConfig({ file, flags: { out, ...flags }, env: {}, cwd: fixtures }),
      clock: systemClock,
      progress: silentProgress,
      signal: new AbortController().signal,
      environment: {},
      specRunner: onePassingSpec,
      toolVersion: 'test',
      keep: false,
      ...options,
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** What the record says against the backup, as `check: object` lines. */
export function redOf({ record }: Rehearsed): string[] {
  return record.findings
    .filter(({ status, notice }) => status !== 'same' && !notice)
    .map(({ check, status, object, message }) => `${check} ${status} ${object}: ${message}`)
}
