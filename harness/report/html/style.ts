import { Markup } from '../markup.ts'

/** The page's only style sheet. No fonts, images or scripts: it looks the same in ten years, and offline. */
export const style = new Markup(`
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1c1f23; --quiet: #5b636d; --line: #e3e5e8; --wash: #f1f2f4;
  --go: #16703f; --no-go: #b3261e; --undecided: #8a5300;
  --go-wash: #e8f4ec; --no-go-wash: #fcecea; --undecided-wash: #fbf1e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1b1f23; --ink: #e8eaed; --quiet: #a2aab4; --line: #31373e; --wash: #23282e;
    --go: #5fd08f; --no-go: #ff9a90; --undecided: #f0bd5c;
    --go-wash: #17301f; --no-go-wash: #3a1d1b; --undecided-wash: #35290f;
  }
}
.go { --accent: var(--go); --accent-wash: var(--go-wash); }
.no-go { --accent: var(--no-go); --accent-wash: var(--no-go-wash); }
.undecided { --accent: var(--undecided); --accent-wash: var(--undecided-wash); }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
header { border-top: 6px solid var(--accent); background: var(--accent-wash); }
header > div { max-width: 62rem; margin: 0 auto; padding: 2.25rem 1.5rem 2.5rem; }
.over { max-width: none; margin: 0 0 .75rem; color: var(--quiet); font-size: .9rem; }
.over strong { color: var(--ink); font-weight: 600; }
h1 { margin: 0; display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; font-weight: 600; font-size: 1.35rem; line-height: 1.3; }
h1 .answer { color: var(--accent); font-size: clamp(3rem, 11vw, 4.75rem); font-weight: 750; letter-spacing: -.025em; line-height: 1; white-space: nowrap; }
.reasons { margin: 1.75rem 0 0; padding: 0; list-style: none; max-width: 50rem; }
.reasons li { position: relative; margin: .75rem 0 0; padding-left: 1.75rem; }
.reasons li::before { position: absolute; left: 0; color: var(--accent); font-weight: 700; content: "?"; }
.go .reasons li::before { content: "✓"; }
.no-go .reasons li::before { content: "✗"; }
.reasons .remedy, .remedy { display: block; color: var(--quiet); font-size: .92rem; }
.remedy::before { content: "→ "; }
header details { margin-top: .75rem; max-width: 50rem; }
header .migration { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h2 { margin: 3.25rem 0 1rem; font-size: 1.25rem; font-weight: 650; letter-spacing: -.005em; line-height: 1.3; }
h2 small { margin-left: .4rem; color: var(--quiet); font-size: .9rem; font-weight: 400; letter-spacing: 0; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; font-weight: 600; }
p { margin: .5rem 0; max-width: 46rem; }
.quiet { color: var(--quiet); }
code, pre, .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .86em; }
nav { margin: 1.25rem 0 0; font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0; padding: 0; list-style: none; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1px; margin: 2rem 0 0; overflow: hidden; border: 1px solid var(--line); border-radius: 10px; background: var(--line); }
.figures div { padding: 1rem 1.1rem; background: var(--card); }
.figures dt { color: var(--quiet); font-size: .84rem; }
.figures dd { margin: .1rem 0 0; font-size: 1.3rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.figures dd small { display: block; margin-top: .25rem; color: var(--quiet); font-size: .84rem; font-weight: 400; line-height: 1.4; }
.pairs { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .45rem 1.25rem; margin: .75rem 0; }
.pairs dt { color: var(--quiet); }
.pairs dd { margin: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; overflow-wrap: break-word; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-size: .84rem; font-weight: 500; white-space: nowrap; }
tbody th { color: inherit; font-size: inherit; white-space: normal; min-width: 9rem; }
tr > :last-child, tr > .number:last-child { padding-right: 0; }
.number, th.number, td.number { padding-right: 1.75rem; text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.digest { overflow-wrap: anywhere; }
.status { font-weight: 600; white-space: nowrap; }
.same { color: var(--go); }
.differs { color: var(--no-go); }
.not-checked, .waived { color: var(--undecided); }
.tag { display: inline-block; padding: 0 .45rem; border: 1px solid currentColor; border-radius: 99px; font-size: .78rem; line-height: 1.5; font-weight: 500; white-space: nowrap; }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--quiet); }
summary:hover { color: var(--ink); }
details[open] > summary { margin-bottom: .5rem; }
.plain { margin: .5rem 0; padding: 0; list-style: none; }
.plain li { display: grid; grid-template-columns: minmax(9rem, 18rem) 1fr; gap: .1rem 1.5rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
.plain li:last-child { border-bottom: 0; }
.timeline { margin: 1rem 0; padding: 0; list-style: none; font-size: .92rem; font-variant-numeric: tabular-nums; }
.timeline li { display: grid; grid-template-columns: 7rem minmax(8rem, 1fr) 4.5rem minmax(0, 15rem); gap: .2rem 1rem; align-items: center; padding: .3rem 0; }
.timeline svg { display: block; width: 100%; height: 12px; border-radius: 3px; background: var(--wash); }
.timeline rect { fill: var(--quiet); }
.timeline .failed rect { fill: var(--no-go); }
.timeline .time { text-align: right; white-space: nowrap; }
.diff { margin: .5rem 0 0; padding: .75rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); line-height: 1.5; overflow-wrap: normal; }
.diff > span { display: block; width: max-content; min-width: 100%; padding: 0 1rem; white-space: pre; }
.diff .minus { background: var(--no-go-wash); color: var(--no-go); }
.diff .plus { background: var(--go-wash); color: var(--go); }
.diff .hunk { color: var(--quiet); }
footer { margin-top: 4rem; padding-top: 1.25rem; padding-bottom: 3rem; color: var(--quiet); font-size: .86rem; }
footer > div { padding-top: 1.25rem; border-top: 1px solid var(--line); }
@media (max-width: 40rem) {
  main, footer, header > div { padding-left: 1.1rem; padding-right: 1.1rem; }
  h2 { margin-top: 2.5rem; }
  th, td { padding-right: .75rem; }
  .number, th.number, td.number { padding-right: 1rem; }
  .figures { grid-template-columns: 1fr 1fr; }
  .figures div { padding: .8rem .9rem; }
  .figures dd { font-size: 1.1rem; }
  .pairs { grid-template-columns: 1fr; gap: 0; }
  .pairs dd { margin-bottom: .6rem; }
  .plain li { grid-template-columns: 1fr; }
  .three thead { display: none; }
  .three tr { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .three tbody th, .three td { min-width: 0; padding: 0; border: 0; overflow-wrap: anywhere; }
  .three tr > :nth-child(3) { grid-column: 1 / -1; color: var(--quiet); }
  .timeline li { grid-template-columns: 1fr auto; padding: .5rem 0; }
  .timeline svg { grid-column: 1 / -1; grid-row: 2; }
  .timeline .note { grid-column: 1 / -1; grid-row: 3; }
  .timeline .note:empty { display: none; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #ccc; --wash: #eee;
    --go: #16703f; --no-go: #b3261e; --undecided: #8a5300;
    --go-wash: #fff; --no-go-wash: #fff; --undecided-wash: #fff;
  }
  body { font-size: 10.5pt; }
  nav { display: none; }
  header { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .timeline svg, .diff span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll, .diff { overflow: visible; }
  .diff > span { width: auto; white-space: pre-wrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3 { break-after: avoid; }
  tr, .timeline li, .figures div { break-inside: avoid; }
}
`)
