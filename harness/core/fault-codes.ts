/**
 * Every expected failure has a stable code, and every code says whose fault it is:
 * `refused`, the request (nothing was done); `backup`, the backup's content; `environment`, neither the backup's
 * nor ours (disk full, no engine, cut connection, interrupt); `defect`, ours.
 */
export const faultCodes = {
  E_USAGE: 'refused',
  E_CONFIG_INVALID: 'refused',
  E_CONFIG_NOT_FOUND: 'refused',
  E_CONFIG_EXISTS: 'refused',
  E_ENV_MISSING: 'refused',
  E_SECRET_IN_ARGUMENT: 'refused',
  E_NODE_TOO_OLD: 'refused',
  E_CLIENT_VULNERABLE: 'refused',
  E_PATH_NOT_FOUND: 'refused',
  E_PRODUCTION_POOLER: 'refused',
  E_PRODUCTION_WRITABLE: 'refused',
  E_BASELINE_INVALID: 'refused',
  E_SELECTION_EMPTY: 'refused',
  E_SEVERAL_DATABASES: 'refused',
  E_TARGET_IS_PRODUCTION: 'refused',
  E_TARGET_UNPROVEN: 'refused',
  E_TARGET_NOT_EMPTY: 'refused',
  E_TARGET_READ_ONLY: 'refused',
  E_TARGET_POOLER: 'refused',
  E_TARGET_VERSION: 'refused',
  E_SERVER_UNFIT: 'refused',

  E_BACKUP_NONE: 'backup',
  E_BACKUP_INCOMPLETE: 'backup',
  E_BACKUP_FROM_FUTURE: 'backup',
  E_BACKUP_MANIFEST: 'backup',
  E_BACKUP_FILE_MISSING: 'backup',
  E_BACKUP_UNSAFE_FILE: 'backup',
  E_DUMP_EMPTY: 'backup',
  E_DUMP_TRUNCATED: 'backup',
  E_DUMP_NO_END_MARKER: 'backup',
  E_DUMP_HOSTILE: 'backup',
  E_DUMP_ENCODING: 'backup',
  E_DUMP_DAMAGED: 'backup',
  E_DUMP_UNKNOWN_FORMAT: 'backup',
  E_DUMP_BOMB: 'backup',
  E_DUMP_STATEMENT_TOO_LONG: 'backup',

  E_DUMP_CHANGED: 'environment',
  E_DUMP_FORMAT_UNSUPPORTED: 'environment',
  E_ENGINE_UNAVAILABLE: 'environment',
  E_ENGINE_VERSION: 'environment',
  E_ENGINE_START: 'environment',
  E_ENGINE_CRASHED: 'environment',
  E_CLIENT_MISSING: 'environment',
  E_CLIENT_FAILED: 'environment',
  E_PRODUCTION_UNREACHABLE: 'environment',
  E_TARGET_UNREACHABLE: 'environment',
  E_SERVER_LEFTOVERS: 'environment',
  E_SQL: 'environment',
  E_DISK_FULL: 'environment',
  E_FILE_UNREADABLE: 'environment',
  E_EVIDENCE_WRITE: 'environment',
  E_INTERRUPTED: 'environment',
  E_TIMEOUT: 'environment',
  E_SPECS_CRASHED: 'environment',

  E_DEFECT: 'defect',
} as const

export type FaultCode = keyof typeof faultCodes
export type FaultKind = (typeof faultCodes)[FaultCode]
