import { lstat, mkdir, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, formatBytes, formatCount } from '../../core/index.ts'
import { manifestName } from '../manifest-name.ts'
import { sealSet } from '../seal-set.ts'
import type { FileKind } from '../types.ts'
import { checkWritten, type Written } from './check-written.ts'
import { compareEarlier } from './compare-earlier.ts'
import { deriveArtefacts, findTable } from './derive-artefacts.ts'
import { dumpRoles, dumpSnapshot, sizeOf, type DumpCall, type DumpedSnapshot } from './dump-snapshot.ts'
import { nameOf, notesOf, sourceOf } from './describe-set.ts'
import { findDumpTools } from './find-dump-tools.ts'
import { lockFolder, type LockedFolder } from './lock-folder.ts'
import type { BackupParts, BackupRequest, TakenBackup } from './request.ts'
import { StepTimes } from './step-times.ts'
import { listTables, surveySource, type SourceSurvey } from './survey-source.ts'
import type { RecordedProcess } from './types.ts'
import { openWorkFolder, sweepParts } from './work-folder.ts'

/** How long it is tried again while others want tables to themselves. An attempt that fails takes about a second. */
const patienceMs = 120_000
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
  const tools = await findDumpTools(survey.major, await parts.folders(), parts.versions)
  const known = request.critical.length > 0 ? await listTables(session, survey.leftOut) : []
  for (const name of request.critical) findTable(known, name)
  const out = resolve(request.out)
  await refuseInsideSet(out)
  await mkdir(out, { recursive: true, mode: 0o700 })
  await using locked = await lockFolder(out, parts.processes)
  await sweepParts(locked)
  await requireSpace(out, survey)
  const size = formatBytes(survey.databaseBytes)
  progress.end('preflight', `${survey.database} on ${survey.serverVersion}, ${size}; pg_dump ${tools.version.text}`)
  for (const untilMs = request.clock.monotonicMs() + patienceMs; ;) {
    signal.throwIfAborted()
    const taken = await writeSet({ request, parts, survey, tools, session }, locked)
    if (taken !== null) return { ...taken, tookMs: times.tookMs }
    if (request.clock.monotonicMs() > untilMs) {
      throw new Fault('E_SOURCE_BUSY', 'each time it was tried, somebody waited to have a table to himself', {
        hint: 'back up when no migration is running, and nothing truncates tables',
      })
    }
    // At random, so as not to keep step with what runs at intervals.
    await sleep(100 + Math.random() * 900, undefined, { signal })
  }
}

type SetCall<Recorded extends RecordedProcess> = Omit<DumpCall<Recorded>, 'folder'>

async function writeSet<Recorded extends RecordedProcess>(
  call: SetCall<Recorded>,
  locked: LockedFolder,
): Promise<Omit<TakenBackup, 'tookMs'> | null> {
  const { request, survey } = call
  const { progress, signal, clock } = request
  await using work = await openWorkFolder(locked)
  const inside = { ...call, folder: work.path }
  const dumped = await dumpSnapshot(inside)
  if (dumped === null) return null
  await dumpRoles(inside, rolesFile)
  const written = await readBack(inside, dumped)
  await dumped.baseline.writeTo(join(work.path, 'baseline.json'))
  const kinds = await derive(inside, dumped)
  progress.begin('seal')
  const name = nameOf(dumped.createdAt, request.details.label)
  const source = sourceOf(survey, dumped)
  const size = { source, counted: dumped.baseline.counted, bytes: await sizeOf(join(work.path, dumped.archive)) }
  const shrunk = await compareEarlier(locked.folder, size, call.parts.readCounts)
  const notes = [...shrunk, ...notesOf(survey, written, dumped, request)]
  const manifest = await sealSet(work.path, {
    name,
    ...request.details,
    createdAt: dumped.createdAt,
    finishedAt: clock.now(),
    tool: { name: 'pg_dump', version: call.tools.version.text },
    source,
    kinds: { ...kinds, [rolesFile]: 'roles', 'baseline.json': 'baseline' },
    rows: { [request.format === 'custom' ? dumped.archive : `${dumped.archive}/toc.dat`]: written.rows },
    notes,
    clock,
    signal,
  })
  const path = await work.publish(name)
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  progress.end('seal', `${manifest.files.length} files, ${formatBytes(bytes)}`)
  return { path, manifest, rows: written.rows, tables: written.tables, bytes, notes, shrunk }
}

async function readBack<Recorded extends RecordedProcess>(
  { request, parts, folder }: DumpCall<Recorded>,
  { archive, tables, baseline }: DumpedSnapshot,
): Promise<Written> {
  const { progress, signal } = request
  progress.begin('read back')
  const onBytes = (bytes: number): void => progress.advance(bytes, archive)
  const dump = await parts.readDump(join(folder, archive), { signal, onBytes })
  const written = checkWritten(dump, tables, baseline.counted)
  const held = written.uncounted.length === 0 ? ', each table as counted' : ''
  progress.end('read back', `${formatCount(written.rows)} rows in ${written.tables} tables${held}`)
  return written
}

async function derive<Recorded extends RecordedProcess>(
  { request, parts, tools, folder }: DumpCall<Recorded>,
  { archive, tables }: DumpedSnapshot,
): Promise<Record<string, FileKind>> {
  const { progress, signal, critical, artefacts } = request
  if (artefacts === 'none' && critical.length === 0) return {}
  progress.begin('derive')
  const kinds = await deriveArtefacts({
    folder,
    archive: join(folder, archive),
    tools,
    versions: parts.versions,
    tables,
    critical,
    only: artefacts === 'none' ? 'critical' : 'all',
    signal,
    onFile: (name) => progress.advance(0, name),
  })
  progress.end('derive', `${Object.keys(kinds).length} plain files out of the archive`)
  return kinds
}

/** A set in another would be a file that its manifest does not know. */
async function refuseInsideSet(out: string): Promise<void> {
  const isSet = await lstat(join(out, manifestName)).then(
    () => true,
    () => false,
  )
  if (!isSet) return
  throw new Fault('E_USAGE', `${out} is a backup set itself`, { hint: 'give the folder that holds the sets' })
}

/** Compressed, a dump is seldom more than half of its tables, with the plain files beside it seldom more than three times. */
async function requireSpace(folder: string, { tableBytes }: SourceSurvey): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= tableBytes / 2 + spareBytes) return
  throw new Fault(
    'E_DISK_FULL',
    `${folder} has ${formatBytes(free)} free, and the tables take ${formatBytes(tableBytes)}: a dump of them may not fit`,
    { hint: 'free some space, or give another folder' },
  )
}

const spareBytes = 16 * 1024 ** 2
