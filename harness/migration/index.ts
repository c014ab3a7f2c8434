export { notRehearsed, rehearseMigration, type MigrationSubject } from './rehearse-migration.ts'
export type {
  ChangedTable,
  CommandRun,
  HeldLock,
  Loss,
  MigrationChanges,
  MigrationOrder,
  MigrationReport,
  MigrationServer,
  Rewrite,
  UrlForm,
} from './types.ts'
