import { dirname, resolve } from 'node:path'
import { Fault, scrubLine } from '../core/index.ts'
import { configInvalid } from './config-problems.ts'
import { configSchema } from './config-schema.ts'
import { findConfigFile, importConfigFile } from './import-config-file.ts'
import { mergeLayers } from './merge-layers.ts'
import { normaliseConfig } from './normalise-config.ts'
import { settings, type ConfigFlags } from './settings.ts'
import { nearest } from './suggest-key.ts'
import type { ConfigOrigin, ResolvedConfig } from './config-values.ts'

const prefix = 'REHEARSAL_'
/** Of ours, but no option of the config. */
const namedElsewhere = ['CACHE', 'CLIENTS', 'FETCHED', 'MANAGEMENT_API', 'REQUIRE'].map((name) => `${prefix}${name}`)

export interface ConfigRequest {
  /** The config file, relative to `cwd`. Default: `rehearsal.config.ts` (`.mts`, `.js`, `.mjs`) in `cwd`, if there. */
  readonly file?: string | undefined
  readonly flags: ConfigFlags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/**
 * The one configuration of a run: defaults < file < environment < flags (see {@link settings}), checked and
 * normalised. Throws `E_CONFIG_NOT_FOUND`, `E_CONFIG_INVALID` (a line for every problem), `E_USAGE` or
 * `E_SECRET_IN_ARGUMENT`.
 */
export async function loadConfig(request: ConfigRequest): Promise<ResolvedConfig> {
  const cwd = resolve(request.cwd)
  const file = findConfigFile(request.file, cwd)
  const root = file === null ? cwd : dirname(file)
  refuseSlips(request.env)
  const exported = file === null ? null : await importConfigFile(file)
  const { input, origins } = mergeLayers({ file: exported, flags: request.flags, env: request.env, cwd, root })
  if (file === null && origins['backup.path'] === 'default') {
    throw new Fault('E_CONFIG_NOT_FOUND', `there is no rehearsal.config.ts in ${cwd}, and no backup is named`, {
      hint: 'go to the folder of your config, write one with `rehearse init`, or name the backup: --backup; of status, prune, log and verify: --backups',
    })
  }
  const parsed = configSchema.safeParse(input)
  if (!parsed.success) {
    throw configInvalid(parsed.error.issues, input, (path) => originOf(path, origins), file)
  }
  const values = normaliseConfig(parsed.data, root)
  if (origins['engine.connection'] === 'flag --server' && values.engine.kind !== 'server') {
    throw new Fault('E_USAGE', `--server names a server, and the engine is ${values.engine.kind}`, {
      hint: 'add --engine server to restore there, or leave --server out',
    })
  }
  return { values, origins, root, file }
}

/**
 * A variable that is all but one of ours is a slip, and what it was to say would silently not hold (`REHEARSAL_TIMELIMIT`).
 * Others that begin so may be the user's own: `env:REHEARSAL_TARGET`.
 */
function refuseSlips(env: ConfigRequest['env']): void {
  const known = [...settings.flatMap((setting) => setting.env ?? []), ...namedElsewhere]
  for (const name of Object.keys(env)) {
    if (!name.startsWith(prefix) || known.includes(name)) continue
    const meant = nearest(
      name.slice(prefix.length),
      known.map((one) => one.slice(prefix.length)),
      2,
    )
    if (meant === null) continue
    throw new Fault(
      'E_CONFIG_INVALID',
      `there is no variable ${scrubLine(name, 60)}: did you mean ${prefix}${meant}?`,
      {
        hint: 'correct its name, or unset it',
      },
    )
  }
}

/** A problem's path may lie below a setting: `tables.minRows.users` comes from where `tables.minRows` does. */
function originOf(path: string, origins: Readonly<Record<string, ConfigOrigin>>): ConfigOrigin {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length -= 1) {
    const origin = origins[parts.slice(0, length).join('.')]
    if (origin) return origin
  }
  return 'file'
}
