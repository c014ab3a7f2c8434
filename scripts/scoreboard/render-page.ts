import { markup, style, type Markup } from '../../harness/report/index.ts'
import type { Board } from './render-board.ts'
import type { Played } from './play-all.ts'

const letters: Readonly<Record<string, string>> = {
  A: 'The file is not a backup',
  B: 'Incomplete by an option',
  C: 'Blinded while it was taken',
  D: 'A restore that lies',
  E: 'Order, search path, dependencies',
  F: 'Identity and access',
  G: 'Engine, extension, collation, corruption',
  H: 'The way of working',
}

/** The board as one page: no scripts, no fonts, nothing fetched. */
export function renderPage({ classes, limits, played }: Board): string {
  const caught = played.filter(({ killed }) => killed).length
  const isWhole = caught === played.length
  const sections = [...Map.groupBy(classes, ({ id }) => id.slice(0, 1))].map(([letter, list]) => {
    const rows = list.flatMap(({ id, title }) => {
      const faces = played.filter((row) => row.id === id)
      const limit = limits.get(id)
      const open =
        faces.length === 0 && limit === undefined
          ? [markup`<tr><td>${id}</td><td>${title}</td><td colspan="3">not played</td></tr>\n`]
          : []
      const reason =
        limit === undefined
          ? []
          : [
              markup`<tr><td>${id}</td><td>${title}</td><td colspan="3">${faces.length > 0 ? 'not all of it can be caught' : 'can’t be caught here'}: ${limit}</td></tr>\n`,
            ]
      return [...faces.map((face, index) => faceRow(face, index === 0 ? title : '')), ...reason, ...open]
    })
    return markup`<h2>${letter}. ${letters[letter] ?? ''}</h2>
<div class="scroll" tabindex="0"><table><thead><tr><th>Class</th><th>What happened</th><th>What was broken</th><th>Answer</th><th>Named, and why</th></tr></thead><tbody>
${rows}</tbody></table></div>\n`
  })
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scoreboard: ${caught} of ${played.length} caught</title><style>${style}</style></head>
<body class="${isWhole ? 'go' : 'no-go'}"><header><div><p class="over">Every documented way in which a backup was silently bad</p>
<h1><span class="answer">${caught} of ${played.length}</span> caught</h1></div></header>
<main>${missedSection(played)}${letterSection(played)}${rivalSection(played)}${sections}</main></body></html>
`.text
}

/** What was not caught comes first. */
function missedSection(played: readonly Played[]): Markup | null {
  const missed = played.filter(({ killed }) => !killed)
  if (missed.length === 0) return null
  const lines = missed.map(
    ({ id, broken, because }) =>
      markup`<li><span><strong>${id}</strong> ${broken}</span><span>${because}</span></li>\n`,
  )
  return markup`<h2>Not caught</h2><ul class="plain">${lines}</ul>`
}

function letterSection(played: readonly Played[]): Markup {
  const cells = [...Map.groupBy(played, ({ id }) => id.slice(0, 1))].map(([letter, rows]) => {
    const caught = rows.filter(({ killed }) => killed).length
    const ids = new Set(rows.map(({ id }) => id)).size
    return markup`<div><dt>${letter}. ${letters[letter] ?? ''}</dt><dd>${caught} of ${rows.length}<small>${ids} ${ids === 1 ? 'class' : 'classes'}</small></dd></div>\n`
  })
  return markup`<dl class="figures">${cells}</dl>`
}

function faceRow(row: Played, title: string): Markup {
  const named = [row.expected.check, row.expected.object].filter((part) => part !== null).join(': ')
  const because = row.killed ? row.because : `NOT CAUGHT: ${row.because}`
  return markup`<tr class="${row.killed ? 'go' : 'no-go'}"><td>${row.id}</td><td>${title}</td><td>${row.broken}</td><td><span class="nowrap">${row.answer}</span></td><td><strong>${named}</strong> ${because}</td></tr>\n`
}

function rivalSection(played: readonly Played[]): Markup | null {
  const asked = played.filter(({ rivals }) => Object.keys(rivals).length > 0)
  const names = Object.keys(asked[0]?.rivals ?? {})
  if (names.length === 0) return null
  const count = (pick: (row: Played) => boolean): number => asked.filter(pick).length
  const rows = names.map(
    (name) =>
      markup`<tr><td>${name}</td><td>${count(({ rivals }) => rivals[name]?.mutant === 'objects' && rivals[name]?.twin === 'passes')}</td><td>${count(({ rivals }) => rivals[name]?.twin === 'objects')}</td><td>${count(({ rivals }) => rivals[name]?.mutant === 'not asked')}</td></tr>\n`,
  )
  return markup`<h2>Beside other ways to check</h2><p>The same ${asked.length} broken backups and their good twins, in the same run.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th>Check</th><th>Caught</th><th>Refused the good twin</th><th>Not asked</th></tr></thead><tbody>
<tr><td>rehearse</td><td>${count(({ killed }) => killed)}</td><td>0</td><td>0</td></tr>\n${rows}</tbody></table></div>`
}
