import type { CheckId } from '../compare/index.ts'

/** A check, with all specs as one. */
export type CheckFamily = Exclude<CheckId, `spec:${string}`> | 'spec'

export function checkFamily(check: CheckId): CheckFamily {
  return check.startsWith('spec:') ? 'spec' : (check as CheckFamily)
}

interface FamilyWords {
  /** Heads a list of several findings that differ. */
  readonly differ: (count: string) => string
  /** What one finding is about, for `row counts not checked in 12 tables`. */
  readonly noun: string
  /** Heads several findings that are the same. */
  readonly same: (count: string) => string
  /** What to do about a difference when the finding does not say. */
  readonly remedy: string
}

/** Most telling first: what damns the backup itself, then what was lost, then what is off. */
export const families: Readonly<Record<CheckFamily, FamilyWords>> = {
  access: {
    differ: (count) => `who sees what differs in ${count} places`,
    noun: 'viewer',
    same: (count) => `${count} viewers see the same as in production`,
    remedy: 'compare policies, grants and the functions they call with production',
  },
  completeness: {
    differ: (count) => `${count} files end too early or are unsafe to run`,
    noun: 'file',
    same: (count) => `${count} files are complete`,
    remedy: 'take a fresh backup, and keep the one before it',
  },
  artefacts: {
    differ: (count) => `${count} files of the backup are damaged, changed or missing`,
    noun: 'file',
    same: (count) => `${count} files are what was written`,
    remedy: 'fetch the files again; if they stay different, take a fresh backup',
  },
  'content kind': {
    differ: (count) => `${count} files do not hold what was expected of them`,
    noun: 'file',
    same: (count) => `${count} files hold what was expected of them`,
    remedy: 'back up everything: schema and rows',
  },
  restore: {
    differ: (count) => `${count} parts of the dump could not be restored`,
    noun: 'statement',
    same: (count) => `${count} parts of the dump were restored without a refusal`,
    remedy: 'look at the refused statements in the report, and take the backup again once their cause is gone',
  },
  tables: {
    differ: (count) => `${count} expected tables are missing or empty`,
    noun: 'table',
    same: (count) => `${count} expected tables are there`,
    remedy: 'back up the schemas that hold them, and check the list in config',
  },
  'row counts': {
    differ: (count) => `row counts differ in ${count} tables`,
    noun: 'table',
    same: (count) => `row counts match in ${count} tables`,
    remedy: 'take a fresh backup, and rehearse that one',
  },
  'row content': {
    differ: (count) => `rows differ in ${count} tables`,
    noun: 'table',
    same: (count) => `rows are equal in ${count} tables`,
    remedy: 'take a fresh backup, and rehearse that one',
  },
  sequences: {
    differ: (count) => `${count} sequences are not where they must be`,
    noun: 'sequence',
    same: (count) => `${count} sequences stand where they must`,
    remedy: 'set them with setval after a restore, or take a fresh backup',
  },
  schema: {
    differ: (count) => `${count} objects of the schema differ`,
    noun: 'object',
    same: (count) => `${count} objects of the schema are equal`,
    remedy: 'see what differs in the report; if production is right, back up again and leave nothing out',
  },
  storage: {
    differ: (count) => `${count} files of Storage are missing, damaged or not those of storage.objects`,
    noun: 'object',
    same: (count) => `${count} objects of Storage are there`,
    remedy: 'download Storage again, right after the dump',
  },
  writes: {
    differ: (count) => `${count} writes fail in the restored database`,
    noun: 'write',
    same: (count) => `${count} kinds of writes work in the restored database`,
    remedy: 'see what the write needs and the restored database lacks',
  },
  queries: {
    differ: (count) => `${count} queries answer differently`,
    noun: 'query',
    same: (count) => `${count} queries answer as expected`,
    remedy: 'compare the answers with what config expects',
  },
  spec: {
    differ: (count) => `${count} specs failed`,
    noun: 'spec',
    same: (count) => `${count} specs passed`,
    remedy: 'read the failed claim in the report',
  },
  inoculation: {
    differ: (count) => `${count} breaks of the copy differ`,
    noun: 'break',
    same: (count) => `${count} ways to break the copy on purpose were each seen`,
    remedy: 'report it: a check that sees nothing proves nothing',
  },
  size: {
    differ: (count) => `${count} sizes are out of bounds`,
    noun: 'file',
    same: (count) => `${count} sizes are within bounds`,
    remedy: 'find out what is missing from the backup, or correct the sizes in config',
  },
  age: {
    differ: (count) => `${count} backups are out of date`,
    noun: 'backup',
    same: (count) => `${count} backups are recent enough`,
    remedy: 'take a fresh backup, and see why the schedule did not',
  },
  'recovery time': {
    differ: (count) => `${count} recoveries took too long`,
    noun: 'recovery',
    same: (count) => `${count} recoveries were fast enough`,
    remedy: 'speed up the recovery, or agree on a longer one',
  },
  baseline: {
    differ: (count) => `${count} parts of the baseline do not belong to this backup`,
    noun: 'baseline',
    same: (count) => `${count} parts of the baseline belong to this backup`,
    remedy: 'record a new baseline: take the backup with `rehearse backup`',
  },
  engine: {
    differ: (count) => `the engine lacks ${count} things that the dump needs`,
    noun: 'need',
    same: (count) => `the engine holds ${count} things that the dump needs`,
    remedy: 'choose an engine that holds the dump',
  },
}

const severity = new Map(Object.keys(families).map((family, index) => [family, index]))
/** When nothing is known to be wrong, what kept everything else from running comes first. */
const causesOfNotChecking: readonly CheckFamily[] = ['engine', 'completeness', 'baseline']

export function rankOfDifference(check: CheckId): number {
  return severity.get(checkFamily(check)) ?? severity.size
}

export function rankOfNotChecked(check: CheckId): number {
  const cause = causesOfNotChecking.indexOf(checkFamily(check))
  return cause >= 0 ? cause : causesOfNotChecking.length + rankOfDifference(check)
}
