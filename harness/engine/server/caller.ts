import { quoteIdentifier } from '../../core/index.ts'
import type { Outcome } from '../../postgres/index.ts'
import { gateCode, gateRefusal } from './gate-codes.ts'
import type { Token } from './statement-tokens.ts'

/** What comes of a statement: it runs as it is, it runs in other words, or it has its answer already. */
export type Passage = 'pass' | { readonly instead: string } | Outcome

/** A statement before the gate: its words in lower case where they are words, and its text to be cut from. */
export interface Caller {
  readonly text: string
  readonly tokens: readonly Token[]
  /** The word at a place; '' for a name, a string, or nothing. */
  readonly word: (at: number) => string
  /** The first place of a word, from there on; -1. */
  readonly find: (word: string, from?: number) => number
}

/** What the dump has said that was not done, and counts when the copy is compared. */
export interface Withheld {
  /** Attributes of roles, by their names in the facts. */
  readonly roles: Map<string, Record<string, string>>
  /** Whether the dump itself says who may connect to a database: by the dump's names. */
  readonly grantsOnDatabase: Set<string>
  /** Roles of a platform that were left as they are. */
  readonly leftToPlatform: Set<string>
}

export function callerOf(text: string, tokens: readonly Token[]): Caller {
  const word = (at: number): string => (tokens[at]?.kind === 'word' ? (tokens[at]?.value ?? '') : '')
  const find = (wanted: string, from = 0): number =>
    tokens.findIndex(({ kind, value }, at) => at >= from && kind === 'word' && value === wanted)
  return { text, tokens, word, find }
}

export function notRun(why: string): Passage {
  return gateRefusal(gateCode.notRun, `not run: it ${why}`)
}

export function replaceToken(text: string, { start, end }: Token, name: string): string {
  return `${text.slice(0, start)}${quoteIdentifier(name)}${text.slice(end)}`
}
