export type {
  RehearsalRecord,
  StepRecord,
  BackupRecord,
  EngineRecord,
  RestoreRecord,
  TableRecord,
  SpecRecord,
} from './types.ts'
export { exitCodeOfRecord } from './answer-of-all.ts'
export { renderTerminal, type TerminalOptions } from './render-terminal.ts'
export { renderJson, readRecord } from './render-json.ts'
export { renderBackupLog } from './render-backup-log.ts'
export { renderJunit } from './render-junit.ts'
export { renderMarkdownSummary } from './render-markdown-summary.ts'
export { renderHtml } from './render-html.ts'
export { markdownCode, markdownTable, markdownText } from './markdown-text.ts'
export { writeEvidence } from './write-evidence.ts'
export { recordJsonSchema } from './record-json-schema.ts'
export { markup, type Markup } from './markup.ts'
export { style } from './html/style.ts'
export { neverBroken } from './record-digest.ts'
