import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { program } from './rehearse.ts'
import { documents } from './testing/both-documents/index.ts'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('docs/coverage-of-requirements.md', root), 'utf8')

interface Row {
  readonly section: string
  readonly command: string
  readonly document: string
  readonly test: string
}

function rowsOf(text: string): readonly Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| section |'))
    .map((line) => {
      const [section = '', command = '', document = '', test = '', ...more] = line.slice(1, -1).split('|')
      if (more.length > 0 || test === '') throw new SyntaxError(`not a row of four cells: ${line}`)
      return { section: section.trim(), command: command.trim(), document: document.trim(), test: test.trim() }
    })
}

const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')
const linksIn = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '')
const isSaid = (text: string) => /\*\*(?:not yet|by hand)\*\*/.test(text)

/** What of a command line, subcommands included, there is no such thing as. */
function unknownIn(line: string): readonly string[] {
  const [first, ...words] = line.replaceAll(/"[^"]*"/g, 'text').split(/\s+/)
  if (first !== 'rehearse') return []
  let command: Command | undefined = program()
  const unknown: string[] = []
  for (const word of words) {
    const below: Command | undefined = command.commands.find((one) => one.name() === word)
    if (below) command = below
    else if (command.commands.length > 0 && command.parent === null) return [word]
    else if (word.startsWith('--') && !command.options.some(({ long }) => long === word)) unknown.push(word)
  }
  return unknown
}

const isThere = (path: string) => existsSync(new URL(path, root))

/** What a row names that there is not, and what it leaves unsaid. */
function problemsOf({ section, command, document, test }: Row): readonly string[] {
  const commands = codeIn(command).filter((code) => code.startsWith('rehearse '))
  const tests = codeIn(test).filter((code) => code.includes('/'))
  const unnamed =
    section !== 'References' && commands.length === 0 && !isSaid(command) && linksIn(document).length === 0
  return [
    ...commands.flatMap(unknownIn),
    ...linksIn(document).filter((target) => !isThere(`docs/${target}`)),
    ...tests.filter((path) => !/\.(?:test|spec)\.ts$/.test(path) || !isThere(path)),
    ...(unnamed ? ['neither a command nor why there is none'] : []),
    ...(commands.length > 0 && tests.length === 0 ? ['a command without a test'] : []),
  ].map((problem) => `${section}: ${problem}`)
}

describe('the coverage of the requirements', () => {
  it('names commands, flags, pages and tests that there are', () => {
    const rows = rowsOf(page)
    expect(rows.length).toBeGreaterThan(40)
    expect(rows.flatMap(problemsOf)).toEqual([])
  })

  it.each(documents)('has each section of $title played, in its order, or says why it is not', ({ title, steps }) => {
    const sections = rowsOf(page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '')
    expect(sections.length).toBeGreaterThan(15)
    expect(steps.map(({ section }) => section)).toEqual(sections.map(({ section }) => section))
    expect(steps.filter((step) => 'notPlayed' in step && step.notPlayed === '')).toEqual([])
  })

  it.each([
    ['a command', '| s | `rehearse bakcup` | [x](keeping.md) | `scripts/docs.test.ts` |', 'bakcup'],
    ['a flag', '| s | `rehearse run --rot 30m` | [x](keeping.md) | `scripts/docs.test.ts` |', '--rot'],
    ['a flag of a command below', '| s | `rehearse log sign --sett x` | | `scripts/docs.test.ts` |', '--sett'],
    ['a page', '| s | `rehearse run` | [x](kept.md) | `scripts/docs.test.ts` |', 'kept.md'],
    ['a test', '| s | `rehearse run` | [x](keeping.md) | `scripts/gone.test.ts` |', 'scripts/gone.test.ts'],
    ['no test', '| s | `rehearse run` | [x](keeping.md) | none |', 'a command without a test'],
    ['nothing', '| s | soon | none | none |', 'neither a command nor why there is none'],
  ])('finds a row that names %s that there is not', (_, line, problem) => {
    expect(rowsOf(line).flatMap(problemsOf)).toEqual([`s: ${problem}`])
  })
})
