export type {
  RehearsalRecord,
  StepRecord,
  BackupRecord,
  EngineRecord,
  RestoreRecord,
  TableRecord,
  SpecRecord,
} from './types.ts'
