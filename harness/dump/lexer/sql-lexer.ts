import { byte, byteClass, byteClasses } from './byte-classes.ts'
import { colonLength, endOfDigits, endOfWord } from './names.ts'
import { OpenToken } from './open-token.ts'
import { endOfQuoted } from './quoted.ts'
import { StatementWords } from './statement-words.ts'
import { inside, stop, type Inside, type Stop } from './states.ts'
import { stringPrefix } from './string-prefix.ts'
import type { ValuesList } from './values-list.ts'

/**
 * Finds where statements end, as psql does (psqlscan.l, majors 15–18), over bytes, resumable at any byte. Two rules
 * differ from the server's own lexer because psql reads line by line, and are followed here too: a string is never
 * continued by another one on the next line, and BEGIN … END is counted by words alone.
 *
 * {@link SqlLexer.scan} is one loop because taking every word and string through {@link OpenToken} cost INSERTs a fifth.
 */
export class SqlLexer {
  /** Absolute position of the next byte. */
  position = 0
  /** False after `SET standard_conforming_strings = off`: then '…' knows backslash escapes. */
  standardStrings = true
  /** Where the statement began; -1 between statements. */
  start = -1
  /** First carriage return outside strings; -1 if there is none. */
  carriageReturn = -1
  readonly values: ValuesList

  /** From how many bytes on an INSERT stops at each row. */
  readonly #tupleStopBytes: number
  readonly #words = new StatementWords()
  readonly #token = new OpenToken()
  #depth = 0

  constructor(tupleStopBytes: number) {
    this.#tupleStopBytes = tupleStopBytes
    this.values = this.#words.values
  }

  get inside(): Inside {
    return this.#token.inside
  }

  /** Of the comment to the end of its line that was read last. */
  get commentStart(): number {
    return this.#token.start
  }

  get firstWord(): string {
    return this.#words.first
  }

  /** The earliest byte still needed. */
  get keepFrom(): number {
    if (this.start >= 0) {
      const { isCut, tupleStart, tupleEnd } = this.values
      if (!isCut) return this.start
      return tupleStart >= 0 ? tupleStart : tupleEnd
    }
    return this.inside === inside.lineComment ? this.commentStart : this.position
  }

  /** Forget the statement just ended. */
  next(): void {
    this.start = -1
    this.#words.next()
  }

  noteCarriageReturn(position: number): void {
    if (this.carriageReturn < 0) this.carriageReturn = position
  }

  /** Lexes `view` (its first byte at absolute position `base`) until something happens or the bytes run out. */
  scan(view: Buffer, base: number, isEnd: boolean): Stop {
    const end = view.length
    const token = this.#token
    const values = this.values
    let index = this.position - base
    tokens: for (;;) {
      while (token.isOpen) {
        const kind = token.inside
        index = kind === inside.word ? this.#word(view, index, base, isEnd) : token.scan(view, index, base, isEnd)
        if (index < 0) return this.#stop(stop.more, base + ~index)
        if (kind === inside.lineComment && this.start < 0) return this.#stop(stop.comment, base + index)
      }
      while (index < end) {
        const found = byteClasses[view[index] as number] as number
        if (found === byteClass.space) {
          index += 1
          continue
        }
        if (found === byteClass.dash || found === byteClass.slash) {
          if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
          if (token.beginsComment(found, view[index + 1], base + index)) {
            index += 2
            continue tokens
          }
        }
        if (found === byteClass.carriageReturn) {
          this.noteCarriageReturn(base + index)
          index += 1
          continue
        }
        if (found === byteClass.backslash) return this.#stop(stop.backslash, base + index)
        if (this.start < 0) this.start = base + index
        switch (found) {
          case byteClass.letter:
            token.start = base + index
            token.inside = inside.word
            index = this.#word(view, index + 1, base, isEnd)
            if (index < 0) return this.#stop(stop.more, base + ~index)
            if (token.isOpen) continue tokens
            continue
          case byteClass.digit: {
            index = endOfDigits(view, index + 1)
            // Most numbers end at a comma, a bracket or a space; the others are looked at more closely.
            if (index < end) {
              const next = view[index] as number
              if (next !== byte.dot && byteClasses[next] !== byteClass.letter) continue
            }
            token.inside = inside.number
            continue tokens
          }
          case byteClass.colon: {
            const taken = colonLength(view, index, isEnd)
            if (taken === 0) return this.#stop(stop.more, base + index)
            index += taken
            if (taken > 1 || index === end) continue
            const next = byteClasses[view[index] as number]
            if (next !== byteClass.letter && next !== byteClass.digit) continue
            token.inside = inside.variable
            continue tokens
          }
          case byteClass.quote:
            if (!this.standardStrings) {
              token.inside = inside.escapeString
              index += 1
              continue tokens
            }
            index = endOfQuoted(view, index + 1, byte.quote, isEnd)
            if (index >= 0) continue
            token.inside = inside.string
            return this.#stop(stop.more, base + ~index)
          case byteClass.doubleQuote:
            token.inside = inside.quotedName
            index += 1
            continue tokens
          case byteClass.dollar:
            if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
            token.beginDollar(view[index + 1], base + index)
            index += 1
            continue tokens
          case byteClass.open:
            if (this.#depth === 0 && values.isListed) values.tupleBegins(base + index)
            this.#depth += 1
            index += 1
            continue
          case byteClass.close:
            if (this.#depth > 0) this.#depth -= 1
            index += 1
            if (this.#depth === 0 && values.isListed) {
              values.tupleEnd = base + index
              const from = values.isCut ? values.tupleStart : this.start
              if (values.tupleEnd - from > this.#tupleStopBytes) return this.#stop(stop.tuple, base + index)
            }
            continue
          case byteClass.semicolon:
            index += 1
            if (this.#depth === 0 && this.#words.routine.depth === 0) return this.#stop(stop.semicolon, base + index)
            continue
          default:
            index += 1
        }
      }
      return this.#stop(stop.more, base + index)
    }
  }

  #word(view: Buffer, index: number, base: number, isEnd: boolean): number {
    const token = this.#token
    const to = endOfWord(view, index, isEnd)
    if (to < 0) return to
    const from = token.start - base
    if (to - from === 1 && to < view.length) {
      const prefix = stringPrefix(view, to, isEnd)
      if (prefix === 'more') return ~to
      if (prefix !== null) {
        token.inside = prefix.inside
        return to + prefix.length
      }
    }
    token.inside = inside.nothing
    this.#words.see(view, from, to, base, this.#depth)
    return to
  }

  #stop(why: Stop, position: number): Stop {
    this.position = position
    return why
  }
}
