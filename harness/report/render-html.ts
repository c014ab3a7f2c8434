import { formatDuration } from '../core/index.ts'
import { checksSection, noticesSection, uncheckedSection } from './html/checks.ts'
import { figuresMarkup, headerMarkup } from './html/header.ts'
import { inoculationSection } from './html/inoculation.ts'
import { migrationSection } from './html/migration.ts'
import { backupSection, configSection, engineSection } from './html/origins.ts'
import { sectionMarkup, type Section } from './html/parts.ts'
import { restoreSection } from './html/restore.ts'
import { schemaSection } from './html/schema-diffs.ts'
import { specsSection } from './html/specs.ts'
import { style } from './html/style.ts'
import { tablesSection } from './html/tables.ts'
import { timelineSection } from './html/timeline.ts'
import { markup } from './markup.ts'
import { formatMoment } from './record-digest.ts'
import type { RehearsalRecord } from './types.ts'

/**
 * `report.html`: one page that needs nothing else, no script, no network. Whatever a dump or a server put into the
 * record is escaped, and the page's policy would not load or run it if it were not.
 */
export function renderHtml(record: RehearsalRecord): string {
  const { tool, verdict } = record
  const sections = [
    timelineSection(record),
    migrationSection(record),
    checksSection(record),
    tablesSection(record),
    schemaSection(record),
    inoculationSection(record),
    uncheckedSection(record),
    noticesSection(record),
    restoreSection(record),
    specsSection(record),
    backupSection(record),
    engineSection(record),
    configSection(record),
  ].filter((section): section is Section => section !== null)
  const migration = record.migration === null ? '' : ` (migration ${record.migration.answer})`
  const links = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${verdict.answer}${migration}: ${record.project}, rehearsal of ${formatMoment(record.finishedAt)}</title>
<style>${style}</style>
</head>
<body class="${verdict.answer.toLowerCase()}">
${headerMarkup(record)}<main>
${figuresMarkup(record)}
<nav aria-label="Sections"><ul>${links}</ul></nav>
${sections.map(sectionMarkup)}</main>
<footer><div>Rehearsal ${record.id}, ${formatMoment(record.startedAt)}, ${formatDuration(record.durationMs)}. ${tool.name} ${tool.version}, Node ${tool.node}, ${tool.platform}. Holds no row values.</div></footer>
</body>
</html>
`.text
}
