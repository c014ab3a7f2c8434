import type { Played } from './play-all.ts'
import type { RivalWord } from './rivals.ts'

export type Row = Pick<Played, 'id' | 'killed' | 'isGood' | 'answer' | 'twin' | 'rivals'>

export interface LetterSum {
  readonly letter: string
  readonly classes: number
  readonly mutants: number
  readonly caught: number
}

/** By letter, in the order of the rows; then all of them. */
export function sumLetters(rows: readonly Row[]): readonly LetterSum[] {
  const sum = (letter: string, some: readonly Row[]): LetterSum => ({
    letter,
    classes: new Set(some.map(({ id }) => id)).size,
    mutants: some.length,
    caught: some.filter(({ killed }) => killed).length,
  })
  const letters = [...Map.groupBy(rows, ({ id }) => id.slice(0, 1))]
  return [...letters.map(([letter, some]) => sum(letter, some)), sum('all', rows)]
}

/** One way to check, over the backups that were put to every way. */
export interface WaySum {
  readonly name: string
  /** Broken backups that it objects to, where it passes the twin: who objects to everything has caught nothing. */
  readonly caught: number
  /** Broken backups that it has something to say of. */
  readonly asked: number
  /** Good backups (twins, each once, and what only looks bad) that it objects to. */
  readonly alarms: number
  /** Good backups that it has something to say of. */
  readonly good: number
}

/** Ours first: held to more, for it must name what is broken. Empty where no other way was asked. */
export function sumWays(rows: readonly Row[]): readonly WaySum[] {
  const asked = rows.filter(({ rivals }) => Object.keys(rivals).length > 0)
  const names = Object.keys(asked[0]?.rivals ?? {})
  if (names.length === 0) return []
  const ours = sumWay('rehearse', asked, {
    caught: ({ killed }) => killed,
    mutant: ({ answer }) => (answer === 'GO' ? 'passes' : 'objects'),
    twin: ({ twin }) => (twin?.answer === 'GO' ? 'passes' : 'objects'),
  })
  return [ours, ...names.map((name) => sumWay(name, asked, waysOf(name)))]
}

/** What one way says of a row. */
interface Way {
  readonly caught: (row: Row) => boolean
  readonly mutant: (row: Row) => RivalWord
  readonly twin: (row: Row) => RivalWord
}

function waysOf(name: string): Way {
  const word = (row: Row, side: 'mutant' | 'twin'): RivalWord => row.rivals[name]?.[side] ?? 'not asked'
  return {
    caught: (row) => word(row, 'mutant') === 'objects' && word(row, 'twin') === 'passes',
    mutant: (row) => word(row, 'mutant'),
    twin: (row) => word(row, 'twin'),
  }
}

function sumWay(name: string, rows: readonly Row[], { caught, mutant, twin }: Way): WaySum {
  const bad = rows.filter(({ isGood }) => !isGood)
  const twins = [...Map.groupBy(rows, (row) => row.twin?.number ?? -1).values()].flatMap(([row]) => (row ? [row] : []))
  const good = [...twins.map(twin), ...rows.filter(({ isGood }) => isGood).map(mutant)]
  return {
    name,
    caught: bad.filter(caught).length,
    asked: bad.filter((row) => mutant(row) !== 'not asked').length,
    alarms: good.filter((word) => word === 'objects').length,
    good: good.filter((word) => word !== 'not asked').length,
  }
}
