import { chooseEngine, type DisposableServer, type EngineLack, type EngineNeed } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { platformExtensions, platformFor, type Platform } from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'
import { judgeRights } from './judge-rights.ts'
import type { ReadDump } from './read-dumps.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { Situation } from './situation.ts'

export interface StartedEngine {
  readonly server: DisposableServer
  readonly because: string
  readonly lacks: readonly EngineLack[]
  readonly platform: Platform
}

/** What the dumps ask of an engine, all of them together. */
export function needOf(dumps: readonly ReadDump[], baseline: Facts | null, superuser: string | null): EngineNeed {
  const version = dumps.map(({ summary }) => summary.serverVersion).find((text) => text !== null)
  const rolesCreated = new Set(dumps.flatMap(({ summary }) => summary.rolesCreated))
  return {
    major: version ? Number.parseInt(version, 10) : (baseline?.server.major ?? null),
    extensions: [...new Set(dumps.flatMap(({ summary }) => summary.extensions))].sort(),
    plainBytes: dumps.reduce((sum, { summary }) => sum + summary.plainBytes, 0),
    // A dump of a whole Supabase cluster creates `postgres` as an ordinary role: its bootstrap superuser is another.
    superuser:
      superuser ?? (rolesCreated.has('supabase_admin') && rolesCreated.has('postgres') ? 'supabase_admin' : 'postgres'),
  }
}

export async function startEngine(
  dumps: readonly ReadDump[],
  baseline: Facts | null,
  situation: Situation,
): Promise<StartedEngine> {
  const { signal, progress, config } = situation
  const { kind, image, superuser } = config.values.engine
  const need = needOf(dumps, baseline, superuser)
  const { engine, because, lacks } = situation.engine
    ? { engine: situation.engine, because: 'handed over', lacks: await situation.engine.lacks(need) }
    : await chooseEngine(kind, need, image ? { image } : {})
  const server = await engine.start(need, { signal, progress })
  const platform = platformFor({
    rolesMentioned: dumps.flatMap(({ summary }) => summary.rolesMentioned),
    rolesCreated: dumps.flatMap(({ summary }) => summary.rolesCreated),
    schemasMentioned: dumps.flatMap(({ summary }) => summary.schemasMentioned),
    schemasCreated: dumps.flatMap(({ summary }) => summary.schemasCreated),
  })
  return { server, because, lacks, platform }
}

/** After the restore: what the engine lacked, and whether anything of the user's needed it. */
export function judgeEngine({ server, lacks }: StartedEngine, ledger: RestoreLedger, book: FindingBook): void {
  const victims = ledger.refused.filter(({ meaning, verb }) => meaning === 'engine' && !/EXTENSION/.test(verb))
  const named = new Set(lacks.map(({ what }) => what))
  const missing = ledger.missingExtensions.filter((name) => !named.has(`extension ${name}`))
  for (const lack of [
    ...lacks,
    ...missing.map((name): EngineLack => ({
      what: `extension ${name}`,
      remedy: 'use --engine container with an image that has it',
      fatal: false,
    })),
  ]) {
    const extension = lack.what.replace(/^extension /, '')
    if (platformExtensions.has(extension) && victims.length === 0) {
      book.notice('engine', extension, `${extension} is provided by the platform; no object of the dump needs it`)
    } else {
      book.notChecked(
        'engine',
        lack.what,
        `this ${server.kind} engine has no ${lack.what}: ${victims.length} statements that may need it were not restored`,
        lack.remedy,
      )
    }
  }
  judgeRights(server, ledger, book)
  if (!book.has('engine'))
    book.same('engine', server.kind, `PostgreSQL ${server.version} (${server.kind}) holds everything the dump needs`)
}
