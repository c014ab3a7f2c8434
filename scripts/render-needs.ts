import { scrubLine } from '../harness/core/index.ts'
import type { DumpSummary } from '../harness/dump/index.ts'
import type { EngineSurvey, EngineView } from '../harness/engine/index.ts'

/** What a dump asks of a server, a line each, and which engine of this machine has it. */
export function renderNeeds(summary: DumpSummary, { engines, because }: EngineSurvey): string {
  const needs = [...majorOf(summary), ...summary.demands.map(needOfDemand)]
  const width = Math.max(24, ...needs.map(({ label }) => label.length)) + 2
  const header = `  ${'needs'.padEnd(width)}${engines.map(({ kind }) => kind.padEnd(columnWidth)).join('')}`.trimEnd()
  const rows = needs.map(({ label, what }) => {
    const cells = engines.map((engine) => cell(engine, what).padEnd(columnWidth))
    return `  ${label.padEnd(width)}${cells.join('')}`.trimEnd()
  })
  const chosen = engines.find(({ isChosen }) => isChosen)
  const open = chosen ? chosen.lacks.filter(({ isSlight = false }) => !isSlight) : []
  const remedies = open.map(({ what, remedy }) => `${what}: ${remedy}`)
  const idle = chosen && open.length === 0 ? [] : engines.flatMap(whyNot)
  const ways = [...remedies, ...idle].map((way, at) => `  ${(at === 0 ? 'to do' : '').padEnd(11)} ${scrubLine(way)}`)
  return [header, ...rows, '', `  engine      ${scrubLine(because)}`, ...ways, ''].join('\n')
}

/** Why an engine can not start at all. */
function whyNot({ kind, lacks }: EngineView): readonly string[] {
  return lacks.filter(({ fatal }) => fatal).map(({ what, remedy }) => `${kind} lacks ${what}: ${remedy}`)
}

const columnWidth = 12

interface Need {
  readonly label: string
  /** As a lack of it is called. */
  readonly what: string
}

function majorOf({ serverVersion }: DumpSummary): readonly Need[] {
  const major = serverVersion === null ? null : Number.parseInt(serverVersion, 10)
  return major === null
    ? [{ label: 'any major: it does not say', what: '' }]
    : [{ label: `PostgreSQL ${major}`, what: `major ${major}` }]
}

function needOfDemand({ kind, name, version, objects }: DumpSummary['demands'][number]): Need {
  const users = objects.filter((object) => object !== name)
  const [first, ...more] = users
  const for_ = first === undefined ? '' : `, for ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`
  return {
    label: scrubLine(`${kind} ${name}${version === null ? '' : ` ${version}`}${for_}`, 60),
    what: `${kind} ${name}`,
  }
}

function cell({ lacks, offers }: EngineView, what: string): string {
  if (lacks.some(({ fatal }) => fatal)) return '–'
  const lack = lacks.find((one) => one.what === what || one.what.startsWith(`${what} `))
  if (lack === undefined) return 'yes'
  if (lack.isSlight) return 'elsewhere'
  return lack.notice === undefined
    ? 'no'
    : `on ${/\d+/.exec(lack.notice.replace(/^\D*PostgreSQL /, ''))?.[0] ?? offers}`
}
