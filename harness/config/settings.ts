/** How a text from the environment or from a flag becomes a config value. */
export type SettingForm = 'text' | 'list' | 'ratio' | 'switch'

/** One option of the config, and what overrides it. */
export interface Setting {
  /** Path in the config. */
  readonly path: string
  readonly env: string | null
  /** Name of the flag, without dashes. */
  readonly flag: string | null
  readonly form: SettingForm
  /** One line for a help text. */
  readonly doc: string
  /** A path on disk: in the file relative to the file, elsewhere to the working directory. */
  readonly isPath?: true
}

/** Every setting, and what overrides it: default < file < environment < flag. Lists are separated by commas. */
export const settings: readonly Setting[] = [
  text('project', 'PROJECT', 'project', "name in the reports; by default that of the config's folder"),
  place(
    'backup.path',
    'BACKUP',
    'backup',
    'folder of backup sets (the latest is taken), one set, one dump, or a place: s3://…, sftp://…',
  ),
  file('backup.protect', '`backup` encrypts and signs what it takes; default false'),
  list('encrypt.recipients', 'RECIPIENTS', 'recipients', 'public keys (age1…) that protected sets are encrypted to'),
  file('encrypt.recipientsFile', 'file with such keys, one a line'),
  text('encrypt.identity', 'IDENTITY', 'identity', 'what encrypted sets are read with: env:NAME, or a key file'),
  text('encrypt.plaintext', 'PLAINTEXT', 'plaintext', 'folder for decrypted files while a set is read; default memory'),
  text('signing.key', 'SIGNING_KEY', 'signing-key', 'what protected sets are signed with: env:NAME, or a PEM file'),
  text('signing.publicKey', 'PUBLIC_KEY', 'public-key', 'what sets have to be signed with: ed25519:…, or a PEM file'),
  text('database', 'DATABASE', 'database', 'which database of a cluster dump is meant'),
  text('production', 'PRODUCTION', 'production', 'production, observed read-only: env:NAME'),
  place('baseline', 'BASELINE', 'baseline', "file of production's facts; by default the one in the set"),
  variable('supabase.url', 'SUPABASE_URL', 'the Supabase project: its address, or env:NAME; default env:SUPABASE_URL'),
  variable('supabase.key', 'SUPABASE_KEY', 'its secret key, for Storage: env:NAME; default env:SUPABASE_SECRET_KEY'),
  variable('supabase.projectRef', 'SUPABASE_REF', 'its reference, for `platform`; by default as the address says'),
  text('parity', 'PARITY', 'parity', '"required" (default) or "not-required": may a GO do without production?'),
  text('expect', 'EXPECT', 'expect', 'what the backup is meant to hold: "full" (default), "schema" or "data"'),
  text('depth', 'DEPTH', 'depth', 'how rows are compared: each ("rows", default) or only their number ("counts")'),
  {
    ...text(
      'inoculate',
      'INOCULATE',
      'inoculate',
      'whether the copy is broken on purpose, to see that the checks see it',
    ),
    form: 'switch',
  },
  list('schemas', 'SCHEMAS', 'schemas', 'schemas observed and compared; by default all of yours'),
  file('tables.expected', 'tables that must exist'),
  file('tables.minCount', 'least number of tables, all together or by schema'),
  file('tables.critical', 'tables that must hold at least one row'),
  file('tables.minRows', 'least rows by table'),
  {
    ...text('tolerances.rows', 'TOLERANCE', 'tolerance', 'drift of row counts from live production; default 0'),
    form: 'ratio',
  },
  file('tolerances.tables', 'the same by table'),
  file('sizes.minBytes', 'least size of what is restored, as it lies on disk'),
  file('sizes.minRatioToDatabase', "least size of the decompressed dump as a share of production's database"),
  file('sizes.tables', 'least bytes of data in the dump by table'),
  text('budgets.rpo', 'RPO', 'rpo', 'the backup may be at most this old: 24h'),
  text('budgets.rto', 'RTO', 'rto', 'a restore may take at most this long: 30m'),
  { ...file('budgets.drill', '`status` wants a GO at most this old; default 35d'), env: 'REHEARSAL_DRILL' },
  text('timeLimit', 'TIME_LIMIT', 'time-limit', 'a rehearsal or a restore that takes longer is ended; default 24h'),
  file('queries', 'queries on the restored copy, and what they must answer'),
  file(
    'access.roles',
    'roles that look at production and at the copy, with claims; API roles and a stranger do by themselves',
  ),
  file('access.users', 'so many users of auth.users look too; default 3'),
  file('waivers', 'named, dated, expiring exceptions'),
  text('engine.kind', 'ENGINE', 'engine', '"auto" (default), "embedded", "container" or "server"'),
  text('engine.image', 'IMAGE', 'image', 'image of the container engine'),
  text('engine.superuser', 'SUPERUSER', 'superuser', 'bootstrap superuser of the disposable server'),
  text('engine.connection', 'SERVER', 'server', 'the existing server of engine "server": env:NAME'),
  file('engine.systemIdentifier', 'system identifier of that server, written down where config names no production'),
  text('restorer', 'RESTORER', 'restorer', 'what restores: "ours" (default), "stock" (psql, pg_restore) or "both"'),
  text(
    'migration.command',
    'MIGRATE',
    'migrate',
    'your migration, run on a clone of the restored copy; a shell command',
  ),
  list('migration.env', 'MIGRATE_ENV', 'migrate-env', 'names of the environment variables that it gets'),
  text(
    'migration.timeout',
    'MIGRATE_TIMEOUT',
    'migrate-timeout',
    'a migration that takes longer is ended; default 30m',
  ),
  text(
    'migration.url',
    'MIGRATE_URL',
    'migrate-url',
    '"tcp" (default) or "socket": how DATABASE_URL leads to the clone',
  ),
  list('specs', 'SPECS', 'specs', 'globs of your own specs; default specs/**/*.spec.ts'),
  place('out', 'OUT', 'out', 'folder of the evidence; default .rehearsal/latest'),
  place('history', 'HISTORY', 'history', 'file of all verdicts, a line each; default .rehearsal/history.jsonl'),
  file('retention.last', '`prune` keeps the newest so many sets; default 7'),
  file('retention.daily', 'and the newest of so many days; default 7'),
  file('retention.weekly', 'and of so many weeks; default 5'),
  file('retention.monthly', 'and of so many months; default 12'),
  file('retention.yearly', 'and of so many years; default 0'),
  file('retention.floor', 'and never fewer than so many; default 3'),
  file('retention.labels', 'how long a set with a label stays: "60d", "forever" or "schedule"'),
  file('notify.webhook', 'told when a backup, a rehearsal or a prune ends: env:NAME'),
]

function text(path: string, env: string, flag: string, doc: string): Setting {
  return { path, env: `REHEARSAL_${env}`, flag, form: 'text', doc }
}

function place(path: string, env: string, flag: string, doc: string): Setting {
  return { ...text(path, env, flag, doc), isPath: true }
}

function list(path: string, env: string, flag: string, doc: string): Setting {
  return { ...text(path, env, flag, doc), form: 'list' }
}

/** No flag of `run`, which does not ask the project. */
function variable(path: string, env: string, doc: string): Setting {
  return { path, env: `REHEARSAL_${env}`, flag: null, form: 'text', doc }
}

/** Said in the file only. */
function file(path: string, doc: string): Setting {
  return { path, env: null, flag: null, form: 'text', doc }
}

/** Flags as a command line gives them: {@link Setting.flag} in camel case. A list may come as an array or with commas. */
export interface ConfigFlags {
  readonly project?: string | undefined
  readonly backup?: string | undefined
  readonly recipients?: string | readonly string[] | undefined
  readonly identity?: string | undefined
  readonly plaintext?: string | undefined
  readonly signingKey?: string | undefined
  readonly publicKey?: string | undefined
  readonly database?: string | undefined
  readonly production?: string | undefined
  readonly baseline?: string | undefined
  readonly parity?: string | undefined
  readonly expect?: string | undefined
  readonly depth?: string | undefined
  /** `no`, or `yes`. */
  readonly inoculate?: string | undefined
  readonly schemas?: string | readonly string[] | undefined
  readonly tolerance?: string | undefined
  readonly rpo?: string | undefined
  readonly rto?: string | undefined
  readonly timeLimit?: string | undefined
  readonly engine?: string | undefined
  readonly image?: string | undefined
  readonly superuser?: string | undefined
  readonly server?: string | undefined
  readonly restorer?: string | undefined
  readonly migrate?: string | undefined
  readonly migrateEnv?: string | readonly string[] | undefined
  readonly migrateTimeout?: string | undefined
  readonly migrateUrl?: string | undefined
  readonly specs?: string | readonly string[] | undefined
  readonly out?: string | undefined
  readonly history?: string | undefined
}
