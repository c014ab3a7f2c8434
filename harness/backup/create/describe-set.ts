import { noteWithoutFiles } from '../storage/index.ts'
import type { Manifest } from '../types.ts'
import type { Written } from './check-written.ts'
import type { DumpedSnapshot } from './dump-snapshot.ts'
import type { BackupRequest } from './request.ts'
import type { SourceSurvey } from './survey-source.ts'

/** As `timeOfName` reads it, and in an order that is theirs by name too. */
export function nameOf(createdAt: Date, label: string | undefined): string {
  const stamp = createdAt.toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  const word = label?.replace(/[^\w-]+/g, '-').slice(0, 60)
  return word ? `${stamp}-${word}` : stamp
}

export function sourceOf(survey: SourceSurvey, { baseline, tables }: DumpedSnapshot): NonNullable<Manifest['source']> {
  return {
    database: survey.database,
    serverVersion: survey.serverVersion,
    databaseBytes: String(survey.databaseBytes),
    tables: tables.filter(({ kind }) => kind === 'r').length,
    ...(baseline.systemIdentifierHash === null ? {} : { systemIdentifierHash: baseline.systemIdentifierHash }),
  }
}

export function notesOf(
  survey: SourceSurvey,
  { uncounted }: Written,
  { baseline }: DumpedSnapshot,
  { rolePasswords, protection, bringStorage }: BackupRequest,
  begunAnew: string | null,
): readonly string[] {
  const notes = ['the roles were dumped after the snapshot: pg_dumpall knows none']
  if (begunAnew !== null) notes.push(begunAnew)
  if (!survey.mayReadPasswords) {
    notes.push(`the roles have no passwords: ${survey.role} may not read them; set them again after bringing back`)
  } else if (rolePasswords === false) {
    notes.push('the roles have no passwords, as was asked for: set them again after bringing back')
  } else if (!protection || protection.recipients.length === 0) {
    notes.push('roles.sql has the hashes of passwords: encrypt the set, or back up with --no-role-passwords')
  }
  if (survey.leftOut.length > 0) {
    notes.push(
      `left out, as ${survey.role} may not read them: schemas of the platform's own: ${survey.leftOut.join(', ')}`,
    )
  }
  const objects = baseline.counted.find(({ schema, name }) => schema === 'storage' && name === 'objects')?.rows ?? 0
  if (bringStorage === undefined && objects > 0) notes.push(noteWithoutFiles(objects))
  if (survey.standby) {
    const lag = survey.standby.lagSeconds === null ? 'at an unknown distance' : `${survey.standby.lagSeconds} s`
    notes.push(`taken from a standby, ${lag} behind its primary`)
  }
  if (baseline.remedies.length > 0) {
    const grants = baseline.remedies.slice(0, 5).join('; ')
    notes.push(`who sees what was not observed for every role, and a rehearsal will be undecided about it: ${grants}`)
  }
  const open = [...new Set([...uncounted, ...baseline.unreadable])]
  if (open.length > 0) notes.push(`not counted at the source: ${open.slice(0, 20).join(', ')}`)
  return notes
}
