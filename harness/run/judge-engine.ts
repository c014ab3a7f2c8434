import {
  advisoriesAgainst,
  floorOf,
  readProgramVersion,
  type DisposableServer,
  type EngineLack,
} from '../engine/index.ts'
import { isOutOfReach, type RestoreLedger } from '../restore/index.ts'
import { platformExtensions } from '../supabase/index.ts'
import { listLaidExtensions } from './chosen-schemas.ts'
import type { FindingBook } from './finding-book.ts'
import { judgeLeftAlone } from './judge-left-alone.ts'
import { judgeOutOfReach } from './judge-out-of-reach.ts'
import { judgeRights } from './judge-rights.ts'
import { sayLeftToPlatform, type LeftToPlatform } from './leave-to-platform.ts'
import { lackingOf, type StartedEngine } from './start-engine.ts'

/** Names that a line has room for; the restore's own list has all of them. */
const namedObjects = 20

/** After the restore: what the engine lacked, and what of the dump goes unchecked for it, by name. */
export function judgeEngine(
  { server, lacks, platform }: StartedEngine,
  ledger: RestoreLedger,
  left: LeftToPlatform,
  book: FindingBook,
): void {
  const refused = ledger.refused.filter(
    ({ meaning, verb, refusal }) => meaning === 'engine' && verb !== 'CREATE EXTENSION' && !isOutOfReach(refusal),
  )
  const known = lackingOf(lacks)
  // What is known to want for something else is not laid at an extension's door.
  const victims = [...new Set(refused.map(({ verb, object }) => object ?? verb))].filter((name) => !known.has(name))
  const isPlatforms = (name: string): boolean => platformExtensions.has(name) || platform.leftToPlatform.includes(name)
  const named = new Set(lacks.map(({ what }) => what))
  const shown = ledger.missingExtensions.filter((name) => !named.has(`extension ${name}`))
  for (const lack of [...lacks, ...shown.map(lackOfExtension)]) {
    const extension = /^extension (\S+)/.exec(lack.what)?.[1]
    if (lack.notice !== undefined) {
      book.notice('engine', lack.what, lack.notice, lack.remedy)
    } else if (extension !== undefined && isPlatforms(extension) && victims.length === 0) {
      book.notice('engine', extension, sayProvided(extension, lack.callers ?? []))
    } else {
      const others = (lack.objects ?? []).filter((object) => object !== extension)
      const unchecked = extension === undefined ? others : [...new Set([...victims, ...others])]
      const message = `this ${server.kind} engine has no ${lack.what}: ${sayUnchecked(unchecked)}`
      book.notChecked('engine', lack.what, message, lack.remedy)
    }
  }
  listLaidExtensions(platform, book)
  sayLeftToPlatform(left, book)
  judgeRights(server, ledger, book)
  judgeLeftAlone(ledger, book)
  judgeOutOfReach(ledger, book)
  if (book.findings.every(({ check, notice }) => check !== 'engine' || notice))
    book.same('engine', server.kind, `PostgreSQL ${server.version} (${server.kind}) holds what the dump needs`)
  judgeVersion(server, book)
}

function lackOfExtension(name: string): EngineLack {
  const remedy = 'use --engine container with an image that has it'
  return { what: `extension ${name}`, remedy, fatal: false, objects: [] }
}

function sayUnchecked(objects: readonly string[]): string {
  return objects.length === 0 ? 'no object of the dump was refused for it' : `${nameSome(objects)} may need it`
}

function nameSome(objects: readonly string[]): string {
  const more = objects.length - namedObjects
  return `${objects.slice(0, namedObjects).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function sayProvided(extension: string, callers: readonly string[]): string {
  const provided = `${extension} is provided by the platform`
  if (callers.length === 0) return `${provided}; no object of the dump needs it`
  return `${provided}; no object was refused for it, and these call it only when they run: ${nameSome(callers)}`
}

/** The sandbox is the boundary, so an old minor changes no answer. */
function judgeVersion({ version: said, kind }: DisposableServer, book: FindingBook): void {
  const version = readProgramVersion(said)
  const known = version === null ? [] : advisoriesAgainst('server', version)
  if (version === null || known.length === 0) return
  const floor = floorOf('server', version.major)
  const boundary =
    kind === 'server'
      ? 'nothing of ours keeps a hostile dump inside'
      : 'what keeps a hostile dump inside is the sandbox'
  const message = `the disposable server is PostgreSQL ${version.text}, which lacks published security fixes (${known.map(({ cve }) => cve).join(', ')}); ${boundary}`
  const remedy =
    floor === null ? 'this major gets no more fixes' : `fixed in ${floor}: update its packages or its image`
  book.notice('engine', 'server version', message, remedy)
}
