import { join } from 'node:path'
import { Fault, formatBytes, formatCount } from '../../core/index.ts'
import { checkWritten, type Written } from './check-written.ts'
import { deriveArtefacts, findTable, type Derived } from './derive-artefacts.ts'
import { kindsOf, rowsOf } from './describe-derived.ts'
import { dumpRoles } from './dump-roles.ts'
import { dumpSnapshot, sizeOf, type DumpCall, type DumpedSnapshot } from './dump-snapshot.ts'
import { findDumpTools, type DumpTools } from './find-dump-tools.ts'
import type { LockedFolder } from './lock-folder.ts'
import { isLost, LostAttempts, type LostAttempt } from './lost-attempts.ts'
import { takeOutFolder } from './out-folder.ts'
import { publishSet } from './publish-set.ts'
import type { BackupParts, BackupRequest, TakenBackup } from './request.ts'
import { storageFolder } from '../storage/index.ts'
import { StepTimes } from './step-times.ts'
import { listTables, surveySource } from './survey-source.ts'
import type { RecordedProcess } from './types.ts'
import { openWorkFolder } from './work-folder.ts'

const rolesFile = 'roles.sql'

/**
 * Takes a backup of a live database into a folder of its own: an archive by pg_dump and a baseline out of one snapshot,
 * the roles beside them, read back, counted and sealed. The set gets its name when all of it is on the disk: whatever
 * ends us before, there is no set. Throws a Fault; then nothing of it is left.
 */
export async function createBackup<Recorded extends RecordedProcess>(
  request: BackupRequest,
  parts: BackupParts<Recorded>,
): Promise<TakenBackup> {
  try {
    return await create(request, parts)
  } catch (thrown) {
    throw explain(thrown, request)
  }
}

/** What an interrupt or a lost connection breaks first is not what a person should read. */
function explain(thrown: unknown, { signal, source }: BackupRequest): unknown {
  if (signal.aborted) {
    if (signal.reason instanceof Fault) return signal.reason
    return new Fault('E_INTERRUPTED', 'the backup was interrupted, and nothing of it was kept', {
      hint: 'run it again; earlier sets are as they were',
      cause: thrown,
    })
  }
  if (!(thrown instanceof Fault) || thrown.code !== 'E_ENGINE_CRASHED') return thrown
  return new Fault('E_PRODUCTION_UNREACHABLE', `the connection to the source (${source.source}) was lost`, {
    hint: 'nothing of the backup was kept: run it again, and see the log of the server',
    cause: thrown,
  })
}

async function create<Recorded extends RecordedProcess>(
  given: BackupRequest,
  parts: BackupParts<Recorded>,
): Promise<TakenBackup> {
  const times = new StepTimes(given.progress, given.clock)
  const request = { ...given, progress: times }
  const { progress, signal } = request
  progress.begin('preflight')
  await using session = await parts.openSource()
  const survey = await surveySource(session)
  const tools = await findDumpTools(survey.major, await parts.folders(), parts.versions, parts.containers)
  const known = request.critical.length > 0 ? await listTables(session, survey.leftOut) : []
  for (const name of request.critical) findTable(known, name)
  const size = formatBytes(survey.databaseBytes)
  progress.end('preflight', `${survey.database} on ${survey.serverVersion}, ${size}; pg_dump ${whichTools(tools)}`)
  await request.beforeDump?.(survey)
  await using locked = await takeOutFolder(request, survey, parts.processes)
  const lost = new LostAttempts(request.clock)
  for (;;) {
    signal.throwIfAborted()
    const taken = await writeSet({ request, parts, survey, tools, session, lost }, locked, times)
    if (!isLost(taken)) return { ...taken, tookMs: times.tookMs }
    await lost.add(taken, signal)
  }
}

function whichTools({ version, contained, folder }: DumpTools): string {
  return contained === null ? version.text : `${version.text}, in a container of ${folder}`
}

type SetCall<Recorded extends RecordedProcess> = Omit<DumpCall<Recorded>, 'folder'>

async function writeSet<Recorded extends RecordedProcess>(
  call: SetCall<Recorded>,
  locked: LockedFolder,
  times: StepTimes,
): Promise<Omit<TakenBackup, 'tookMs'> | LostAttempt> {
  await using work = await openWorkFolder(locked)
  const inside = { ...call, folder: work.path }
  const dumped = await dumpSnapshot(inside)
  if (isLost(dumped)) return dumped
  await dumpRoles(inside, rolesFile)
  const written = await readBack(inside, dumped)
  await dumped.baseline.writeTo(join(work.path, 'baseline.json'))
  const derived = await derive(inside, dumped)
  // After the dump: what is uploaded meanwhile is a file too many, not a row without its file.
  await call.request.bringStorage?.(join(work.path, storageFolder))
  return await publishSet(inside, locked, {
    work,
    dumped,
    written,
    kinds: { ...kindsOf(derived), [rolesFile]: 'roles', 'baseline.json': 'baseline' },
    rows: rowsOf(derived, dumped.baseline.counted),
    tookMs: times.tookMs,
  })
}

async function readBack<Recorded extends RecordedProcess>(
  { request, parts, folder }: DumpCall<Recorded>,
  { archive, tables, baseline }: DumpedSnapshot,
): Promise<Written> {
  const { progress, signal } = request
  const bytes = await sizeOf(join(folder, archive))
  progress.begin('read back', bytes)
  const onBytes = (read: number): void => progress.advance(read, `${formatBytes(read)} of ${formatBytes(bytes)}`)
  const dump = await parts.readDump(join(folder, archive), { signal, onBytes })
  const written = checkWritten(dump, tables, baseline.counted)
  const held = written.uncounted.length === 0 ? ', each table as counted' : ''
  progress.end('read back', `${formatCount(written.rows)} rows in ${written.tables} tables${held}`)
  return written
}

async function derive<Recorded extends RecordedProcess>(
  { request, parts, survey, tools, folder }: DumpCall<Recorded>,
  { archive, tables }: DumpedSnapshot,
): Promise<Readonly<Record<string, Derived>>> {
  const { progress, signal, critical, artefacts } = request
  if (artefacts === 'none' && critical.length === 0) return {}
  progress.begin('derive')
  const derived = await deriveArtefacts({
    folder,
    archive: join(folder, archive),
    tools,
    versions: parts.versions,
    tables,
    critical,
    only: artefacts === 'none' ? 'critical' : 'all',
    supabaseRoles: survey.isSupabase ? rolesFile : null,
    signal,
    onFile: (name) => progress.advance(0, name),
  })
  progress.end('derive', `${Object.keys(derived).length} plain files out of the archive`)
  return derived
}
