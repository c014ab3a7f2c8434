export { notesBegin, notesEnd, readLog, writeLog, type LogPlace } from './log-files.ts'
export type { BackupLog, LogEntry, SignOff } from './log-schema.ts'
export { emptyLog, findElsewhere, signLog, updateLog, type LogSources } from './update-log.ts'
