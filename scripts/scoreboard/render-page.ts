import { markup, style, type Markup } from '../../harness/report/index.ts'
import type { Board } from './render-board.ts'
import { letters } from './letters.ts'
import type { Played } from './play-all.ts'
import { sumLetters, sumWays } from './sum-up.ts'

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
  const cells = sumLetters(played)
    .filter(({ letter }) => letter in letters)
    .map(
      ({ letter, caught, mutants, classes }) =>
        markup`<div><dt>${letter}. ${letters[letter] ?? ''}</dt><dd>${caught} of ${mutants}<small>${classes} ${classes === 1 ? 'class' : 'classes'}</small></dd></div>
`,
    )
  return markup`<dl class="figures">${cells}</dl>`
}

function faceRow(row: Played, title: string): Markup {
  const named = [row.expected.check, row.expected.object].filter((part) => part !== null).join(': ')
  const because = row.killed ? row.because : `NOT CAUGHT: ${row.because}`
  return markup`<tr class="${row.killed ? 'go' : 'no-go'}"><td>${row.id}</td><td>${title}</td><td>${row.broken}</td><td><span class="nowrap">${row.answer}</span></td><td><strong>${named}</strong> ${because}</td></tr>\n`
}

function rivalSection(played: readonly Played[]): Markup | null {
  const ways = sumWays(played)
  if (ways.length === 0) return null
  const rows = ways.map(
    ({ name, caught, asked, alarms, good }) =>
      markup`<tr><td>${name}</td><td>${caught} of ${asked}</td><td>${alarms} of ${good}</td></tr>\n`,
  )
  return markup`<h2>Beside other ways to check</h2><p>The same files in the same run; what is no file was not put to them.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th>Check</th><th>Broken backups caught</th><th>Good ones refused</th></tr></thead><tbody>
${rows}</tbody></table></div>`
}
