/** One setting (or several that only make sense together), and what is tried instead of our value. */
export interface SettingTrial {
  readonly name: string
  readonly group: 'durability' | 'resources' | 'quiet' | 'all'
  readonly tried: readonly {
    readonly name: string
    /** `default`: a server as initdb leaves it. */
    readonly settings: Readonly<Record<string, string>> | 'default'
  }[]
}

/** Every setting of harness/engine/server-settings.ts that may change how long a restore takes. */
export const settingTrials: readonly SettingTrial[] = [
  trial('durability', 'fsync', 'on'),
  trial('durability', 'synchronous_commit', 'on'),
  trial('durability', 'full_page_writes', 'on'),
  trial('durability', 'wal_level', 'replica'),
  trial('durability', 'wal_buffers', '-1'),
  trial('durability', 'max_wal_size', '128MB', '1GB', '4GB'),
  trial('durability', 'checkpoint_timeout', '5min'),
  trial('durability', 'bgwriter_lru_maxpages', '100'),
  trial('resources', 'shared_buffers', '32MB', '512MB', '1GB'),
  trial('resources', 'maintenance_work_mem', '64MB', '512MB'),
  trial('resources', 'work_mem', '4MB'),
  trial('resources', 'max_parallel_maintenance_workers', '0', '2'),
  trial('resources', 'dynamic_shared_memory_type', 'posix'),
  trial('resources', 'jit', 'on'),
  trial('quiet', 'autovacuum', 'on'),
  { name: 'all of them', group: 'all', tried: [{ name: 'a default server', settings: 'default' }] },
]

function trial(group: SettingTrial['group'], name: string, ...values: readonly string[]): SettingTrial {
  return { name, group, tried: values.map((value) => ({ name: value, settings: { [name]: value } })) }
}
