import {
  createBackup,
  deriveLater,
  importSet,
  type BackupParts,
  type BackupRequest,
  type Baseline,
  type BaselineReading,
  type DeriveLaterRequest,
  type ImportRequest,
  type Manifest,
  type ReadBack,
  type TakenBackup,
} from '../backup/index.ts'
import { defaultAccess } from '../behaviour/index.ts'
import type { Secret } from '../core/index.ts'
import { inspectDump } from '../dump/index.ts'
import {
  advisoriesAgainst,
  containedProgramObstacle,
  identifyProcess,
  livenessOf,
  readProgramVersion,
  runContainedProgram,
  type ProcessIdentity,
} from '../engine/index.ts'
import { Fault } from '../core/index.ts'
import {
  observeSequences,
  observeTogether,
  readFacts,
  withSequencesAfter,
  writeFacts,
  type Facts,
} from '../facts/index.ts'
import { openProduction, openWire, type Session } from '../postgres/index.ts'
import { clientFolders } from '../restore/index.ts'
import { observeViewers } from './judge-behaviour.ts'

/** A backup of a live database, as a set that {@link rehearse} finds. Two connections at most beside pg_dump's own. */
export async function takeBackup(request: BackupRequest): Promise<TakenBackup> {
  return createBackup(request, partsOf(request))
}

/** A set of another tool's, read through and sealed where it lies. */
export async function importBackup(folder: string, request: ImportRequest): Promise<Manifest> {
  return importSet(folder, request, readDump)
}

/** The plain files of a set that was taken without them, as a set of their own. */
export async function deriveFromBackup(
  request: DeriveLaterRequest,
  environment: BackupRequest['environment'],
): Promise<{ readonly path: string; readonly manifest: Manifest }> {
  return deriveLater(request, toolsOf(environment))
}

/** Exported for tests, which break one of them. */
export function partsOf({ source, signal, environment }: BackupRequest): BackupParts<ProcessIdentity, Session> {
  return {
    ...toolsOf(environment),
    openSource: () => openSource(source, signal),
    openWire: () => openWire(source, 'rehearse backup'),
    openBaseline,
    readCounts: async (path) => countedOf(await readFacts(path)),
  }
}

function toolsOf(environment: BackupRequest['environment']) {
  return {
    processes: { identify: identifySelf, livenessOf },
    versions: {
      readVersion: readProgramVersion,
      weaknessOf: (program, { text }) => {
        const version = readProgramVersion(text)
        const [known] = version === null ? [] : advisoriesAgainst(program, version)
        return known === undefined ? null : `${known.what} (${known.cve})`
      },
    },
    folders: () => clientFolders(environment),
    containers: { obstacle: containedProgramObstacle, run: runContainedProgram },
    readDump,
  } satisfies Partial<BackupParts<ProcessIdentity, Session>>
}

async function identifySelf(): Promise<ProcessIdentity> {
  const identity = await identifyProcess(process.pid)
  if (identity === null) throw new Fault('E_DEFECT', 'this process cannot see itself')
  return identity
}

async function openSource(source: Secret, signal: AbortSignal): Promise<Session> {
  const session = await openProduction(source, { signal })
  await session.query(`SELECT pg_catalog.set_config('application_name', 'rehearse backup', false)`)
  // What a role or a database has set for itself must not end a backup that takes long.
  await session.query(`
    SELECT pg_catalog.set_config(s.name, '0', false) FROM pg_catalog.pg_settings AS s
    WHERE s.name IN ('transaction_timeout', 'idle_session_timeout')`)
  return session
}

/** Sequences are read first and last, and a dump's own value lies between: they are not MVCC. */
const openBaseline: BackupParts<ProcessIdentity, Session>['openBaseline'] = async (session, options) => {
  const { takenAt, leftOut, signal } = options
  const exclude = { schemas: leftOut }
  const before = await observeSequences(session, { exclude, signal })
  let facts: Facts | null = null
  return {
    async read({ signal, onTable }) {
      const seen = await observeTogether([session], {
        source: 'dump-snapshot',
        fingerprint: true,
        takenAt,
        exclude,
        onTable,
        signal,
      })
      const access = await observeViewers([session], seen, defaultAccess, signal)
      facts = { ...seen, sequences: before, access }
    },
    async finish() {
      if (facts === null) throw new Fault('E_DEFECT', 'the baseline was not read')
      return baselineOf(withSequencesAfter(facts, await observeSequences(session, { exclude, signal })))
    },
  } satisfies BaselineReading
}

function countedOf({ tables }: Facts): Baseline['counted'] {
  return tables
    .filter(({ unreadable }) => unreadable === undefined)
    .map(({ schema, name, rows }) => ({ schema, name, rows: Number(rows) }))
}

function baselineOf(facts: Facts): Baseline {
  return {
    counted: countedOf(facts),
    unreadable: facts.tables.flatMap(({ schema, name, unreadable }) =>
      unreadable === undefined ? [] : [`${schema}.${name}`],
    ),
    remedies: [...new Set((facts.access?.viewers ?? []).flatMap(({ blocked }) => blocked?.remedy ?? []))],
    systemIdentifierHash: facts.server.systemIdentifierHash,
    writeTo: async (path) => writeFacts(path, facts),
  }
}

const readDump: BackupParts['readDump'] = async (path, options): Promise<ReadBack> => {
  const { completeness, problems, tables } = await inspectDump(path, options)
  return {
    isComplete: completeness === 'complete',
    problems: problems.map(({ object, message }) => (object === null ? message : `${object}: ${message}`)),
    tables: tables.filter(({ hasData }) => hasData),
  }
}
