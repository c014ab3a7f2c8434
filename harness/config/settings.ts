/** How a text from the environment or from a flag becomes a config value. */
export type SettingForm = 'text' | 'list'

export interface Setting {
  /** Path in the config. */
  readonly path: string
  readonly env: string | null
  /** Name of the flag, without dashes. */
  readonly flag: string | null
  readonly form: SettingForm
  /** A path on disk: in the file relative to the file, elsewhere to the working directory. */
  readonly isPath?: true
}

const text = (path: string, env: string | null, flag: string | null): Setting => ({ path, env, flag, form: 'text' })
const place = (path: string, env: string, flag: string): Setting => ({ path, env, flag, form: 'text', isPath: true })
const list = (path: string, env: string | null, flag: string | null): Setting => ({ path, env, flag, form: 'list' })

/** Every setting, and what overrides it: default < file < environment < flag. Lists are separated by commas. */
export const settings = [
  text('project', 'REHEARSAL_PROJECT', 'project'),
  place('backup.path', 'REHEARSAL_BACKUP', 'backup'),
  text('database', 'REHEARSAL_DATABASE', 'database'),
  text('production', 'REHEARSAL_PRODUCTION', 'production'),
  place('baseline', 'REHEARSAL_BASELINE', 'baseline'),
  text('parity', 'REHEARSAL_PARITY', 'parity'),
  text('expect', 'REHEARSAL_EXPECT', 'expect'),
  list('schemas', 'REHEARSAL_SCHEMAS', 'schemas'),
  list('tables.expected', null, null),
  text('tables.minCount', null, null),
  list('tables.critical', null, null),
  text('tables.minRows', null, null),
  text('tolerances.rows', 'REHEARSAL_TOLERANCE', 'tolerance'),
  text('tolerances.tables', null, null),
  text('sizes.minBytes', null, null),
  text('sizes.minRatioToDatabase', null, null),
  text('sizes.tables', null, null),
  text('budgets.rpo', 'REHEARSAL_RPO', 'rpo'),
  text('budgets.rto', 'REHEARSAL_RTO', 'rto'),
  list('queries', null, null),
  list('waivers', null, null),
  text('engine.kind', 'REHEARSAL_ENGINE', 'engine'),
  text('engine.image', 'REHEARSAL_IMAGE', 'image'),
  text('engine.superuser', 'REHEARSAL_SUPERUSER', 'superuser'),
  text('engine.connection', 'REHEARSAL_SERVER', 'server'),
  list('specs', 'REHEARSAL_SPECS', 'specs'),
  place('out', 'REHEARSAL_OUT', 'out'),
  list('reveal', 'REHEARSAL_REVEAL', 'reveal'),
] as const satisfies readonly Setting[]

/** Flags as a command line gives them, by {@link Setting.flag}. A list may come as an array or with commas. */
export interface ConfigFlags {
  readonly project?: string | undefined
  readonly backup?: string | undefined
  readonly database?: string | undefined
  readonly production?: string | undefined
  readonly baseline?: string | undefined
  readonly parity?: string | undefined
  readonly expect?: string | undefined
  readonly schemas?: string | readonly string[] | undefined
  readonly tolerance?: string | undefined
  readonly rpo?: string | undefined
  readonly rto?: string | undefined
  readonly engine?: string | undefined
  readonly image?: string | undefined
  readonly superuser?: string | undefined
  readonly server?: string | undefined
  readonly specs?: string | readonly string[] | undefined
  readonly out?: string | undefined
  readonly reveal?: string | readonly string[] | undefined
}
