/** What a disposable server is started with. Given as `-c` arguments: a dump's `ALTER SYSTEM` can't override those. */
export function serverSettings(need: {
  readonly major: number
  readonly plainBytes: number
  readonly cores: number
  /** As PostgreSQL comes: what is measured is a recovery. */
  readonly durable?: boolean | undefined
}): Readonly<Record<string, string>> {
  return {
    ...(need.durable ? {} : durabilitySettings(need.plainBytes)),
    ...resourceSettings(need.cores),
    ...quietSettings,
    ...logSettings,
    // A login event trigger in the dump (17+) would run in each of our own sessions.
    ...(need.major >= 17 ? { event_triggers: 'off' } : {}),
  }
}

/** After a crash the run starts over from the backup, so nothing needs to survive one. */
function durabilitySettings(plainBytes: number): Record<string, string> {
  return {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    // COPY into a table made in the same transaction, and index builds, then write no WAL at all.
    wal_level: 'minimal',
    // From here on a new table's pages are synced rather than logged, and syncing is off. For less, looking through all
    // buffers for a table's pages costs more than logging them.
    wal_skip_threshold: '64kB',
    max_wal_senders: '0',
    archive_mode: 'off',
    wal_buffers: '16MB',
    // No checkpoint while restoring: each writes what a later one writes again. Bounded, for WAL is disk (or memory).
    max_wal_size: `${Math.round(clamp(2 * plainBytes, 512 * mebibyte, 4096 * mebibyte) / mebibyte)}MB`,
    checkpoint_timeout: '1h',
    bgwriter_lru_maxpages: '0',
  }
}

function resourceSettings(cores: number): Record<string, string> {
  return {
    // Measured: more buffers made a restore no faster; first touch of fresh memory is slow in a virtual machine.
    shared_buffers: '128MB',
    maintenance_work_mem: '256MB',
    work_mem: '32MB',
    // Rows that come into a table with a GIN index stay in its list of pending ones: sorting them in costs more than all
    // the rest of loading them, and whoever reads the index reads the list too.
    gin_pending_list_limit: '1GB',
    // The restore already keeps every core busy with connections of its own.
    max_parallel_maintenance_workers: String(clamp(Math.floor(cores / 2), 1, 4)),
    max_parallel_workers: String(Math.max(cores, 2)),
    max_connections: '50',
    // A dump of thousands of tables is locked table by table in a single transaction.
    max_locks_per_transaction: '1024',
    huge_pages: 'off',
    // Segments are files in the data folder: POSIX ones would stay in /dev/shm after a SIGKILL.
    dynamic_shared_memory_type: 'mmap',
    // Short catalogue queries and one pass over each table: compiling costs more than it gains.
    jit: 'off',
  }
}

/** The restored database must not act by itself. */
const quietSettings = {
  // Vacuum and analyse would compete with the restore, and change what is observed.
  autovacuum: 'off',
  // No pg_cron, no pg_net, nothing that has workers.
  shared_preload_libraries: '',
  session_preload_libraries: '',
  local_preload_libraries: '',
  max_logical_replication_workers: '0',
  max_prepared_transactions: '0',
  TimeZone: 'UTC',
  lc_messages: 'C',
} as const

/** The log is for faults. Statements and details hold rows: they are kept out of it. */
const logSettings = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_checkpoints: 'off',
} as const

const mebibyte = 1024 * 1024

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

/** `-c name=value` for each setting. */
export function settingArguments(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
