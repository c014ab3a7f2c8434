import { byte, byteClass, byteClasses, continuesWord } from './byte-classes.ts'
import { RoutineBody } from './routine-body.ts'

/** Why the lexer stopped. */
export const stop = { more: 0, semicolon: 1, backslash: 2, comment: 3, tuple: 4 } as const
export type Stop = (typeof stop)[keyof typeof stop]

/** What the lexer is inside of when the bytes run out. */
export const inside = {
  nothing: 0,
  word: 1,
  number: 2,
  string: 3,
  escapeString: 4,
  bitString: 5,
  quotedName: 6,
  dollarTag: 7,
  dollarString: 8,
  lineComment: 9,
  blockComment: 10,
  fraction: 11,
  numberJunk: 12,
  variable: 13,
} as const
export type Inside = (typeof inside)[keyof typeof inside]

/** pg_dump's own comments fit many times over; of a longer one the beginning is forgotten, and it means nothing. */
const longestComment = 65_536

/** An INSERT's way through its VALUES list. */
const values = { none: 0, listed: 1, ended: 2 } as const

/**
 * Finds where statements end, as psql does (psqlscan.l, majors 15–18), over bytes, resumable at any byte. Two rules
 * differ from the server's own lexer because psql reads line by line, and are followed here too: a string is never
 * continued by another one on the next line, and BEGIN … END is counted by words alone.
 */
export class SqlLexer {
  /** Absolute position of the next byte. */
  position = 0
  inside: Inside = inside.nothing
  /** False after `SET standard_conforming_strings = off`: then '…' knows backslash escapes. */
  standardStrings = true
  /** Where the statement began; -1 between statements. */
  start = -1
  commentStart = 0
  /** First carriage return outside strings; -1 if there is none. */
  carriageReturn = -1
  firstWord = ''
  /** Of an INSERT: the end of the word VALUES, -1 before it. */
  valuesEnd = -1
  /** Rows since the last {@link SqlLexer.cut}. */
  rows = 0
  /** Where the first row since the last cut begins, -1 if there is none; and where the last one ends. */
  tupleStart = -1
  tupleEnd = -1
  isCut = false

  /** From how many bytes on an INSERT stops at each row. */
  readonly #tupleStopBytes: number
  readonly #routine = new RoutineBody()
  #depth = 0
  #commentDepth = 0
  #tokenStart = 0
  #tag: Buffer = Buffer.alloc(0)
  #words = 0
  #values: number = values.none
  #afterDefault = false

  constructor(tupleStopBytes: number) {
    this.#tupleStopBytes = tupleStopBytes
  }

  /** The earliest byte still needed. */
  get keepFrom(): number {
    if (this.start >= 0) {
      if (!this.isCut) return this.start
      return this.tupleStart >= 0 ? this.tupleStart : this.tupleEnd
    }
    return this.inside === inside.lineComment ? this.commentStart : this.position
  }

  /** Forget the statement just ended. */
  next(): void {
    this.start = -1
    this.firstWord = ''
    this.valuesEnd = -1
    this.isCut = false
    this.#routine.reset()
    this.#words = 0
    this.#values = values.none
    this.#afterDefault = false
    this.cut()
    this.isCut = false
    this.tupleEnd = -1
  }

  noteCarriageReturn(position: number): void {
    if (this.carriageReturn < 0) this.carriageReturn = position
  }

  /** The rows so far have been taken. */
  cut(): void {
    this.rows = 0
    this.tupleStart = -1
    this.isCut = true
  }

  /** Lexes `view` (its first byte at absolute position `base`) until something happens or the bytes run out. */
  scan(view: Buffer, base: number, isEnd: boolean): Stop {
    let index = this.position - base
    const end = view.length
    scanning: for (;;) {
      switch (this.inside) {
        case inside.nothing: {
          while (index < end) {
            const found = byteClasses[view[index] as number] as number
            if (found === byteClass.space) {
              index += 1
              continue
            }
            if (found === byteClass.dash || found === byteClass.slash) {
              if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
              if (found === byteClass.dash && view[index + 1] === byte.dash) {
                this.inside = inside.lineComment
                this.commentStart = base + index
                index += 2
                continue scanning
              }
              if (found === byteClass.slash && view[index + 1] === byte.asterisk) {
                this.inside = inside.blockComment
                this.#commentDepth = 0
                index += 2
                continue scanning
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
                this.#tokenStart = base + index
                this.inside = inside.word
                index += 1
                continue scanning
              case byteClass.digit: {
                index += 1
                while (index < end && byteClasses[view[index] as number] === byteClass.digit) index += 1
                // Most numbers end at a comma, a bracket or a space; the others are looked at more closely.
                if (index < end) {
                  const next = view[index] as number
                  if (next !== byte.dot && byteClasses[next] !== byteClass.letter) continue
                }
                this.inside = inside.number
                continue scanning
              }
              case byteClass.colon: {
                const taken = colonLength(view, index, isEnd)
                if (taken === 0) return this.#stop(stop.more, base + index)
                index += taken
                if (taken > 1) continue
                if (index === end) continue
                const next = byteClasses[view[index] as number]
                if (next !== byteClass.letter && next !== byteClass.digit) continue
                this.inside = inside.variable
                continue scanning
              }
              case byteClass.quote:
                this.inside = this.standardStrings ? inside.string : inside.escapeString
                index += 1
                continue scanning
              case byteClass.doubleQuote:
                this.inside = inside.quotedName
                index += 1
                continue scanning
              case byteClass.dollar: {
                if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
                const next = index + 1 < end ? (view[index + 1] as number) : 0
                const nextClass = byteClasses[next]
                this.#tokenStart = base + index
                index += 1
                if (next === byte.dollar || nextClass === byteClass.letter) {
                  this.inside = inside.dollarTag
                  continue scanning
                }
                if (nextClass === byteClass.digit) {
                  this.inside = inside.fraction
                  continue scanning
                }
                continue
              }
              case byteClass.open:
                if (this.#depth === 0 && this.#values === values.listed) {
                  if (this.tupleStart < 0) this.tupleStart = base + index
                  this.rows += 1
                }
                this.#depth += 1
                index += 1
                continue
              case byteClass.close:
                if (this.#depth > 0) this.#depth -= 1
                index += 1
                if (this.#depth === 0 && this.#values === values.listed) {
                  this.tupleEnd = base + index
                  const from = this.isCut ? this.tupleStart : this.start
                  if (this.tupleEnd - from > this.#tupleStopBytes) return this.#stop(stop.tuple, base + index)
                }
                continue
              case byteClass.semicolon:
                index += 1
                if (this.#depth === 0 && this.#routine.depth === 0) return this.#stop(stop.semicolon, base + index)
                continue
              default:
                index += 1
            }
          }
          return this.#stop(stop.more, base + index)
        }
        case inside.word: {
          while (index < end && continuesWord[view[index] as number] === 1) index += 1
          if (index === end && !isEnd) return this.#stop(stop.more, base + index)
          const from = this.#tokenStart - base
          if (index - from === 1 && index < end) {
            const prefix = (view[from] as number) | 0x20
            const next = view[index] as number
            if (prefix === 0x75 && next === byte.ampersand) {
              if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
              const third = index + 1 < end ? view[index + 1] : 0
              if (third === byte.quote || third === byte.doubleQuote) {
                this.inside = third === byte.quote ? inside.string : inside.quotedName
                index += 2
                continue
              }
            }
            if (next === byte.quote && (prefix === 0x65 || prefix === 0x62 || prefix === 0x78)) {
              this.inside = prefix === 0x65 ? inside.escapeString : inside.bitString
              index += 1
              continue
            }
            if (next === byte.quote && prefix === 0x6e) {
              this.inside = inside.nothing
              continue
            }
          }
          this.inside = inside.nothing
          this.#word(view, from, index, base)
          continue
        }
        case inside.number: {
          while (index < end && byteClasses[view[index] as number] === byteClass.digit) index += 1
          if (index + 1 >= end && !isEnd) return this.#stop(stop.more, base + index)
          // `1.` is a number, the first dot of `1..` is not its.
          const isFraction = index < end && view[index] === byte.dot && view[index + 1] !== byte.dot
          if (isFraction) index += 1
          this.inside = inside.fraction
          continue
        }
        case inside.fraction: {
          while (index < end && byteClasses[view[index] as number] === byteClass.digit) index += 1
          if (index === end && !isEnd) return this.#stop(stop.more, base + index)
          const isJunk = index < end && byteClasses[view[index] as number] === byteClass.letter
          this.inside = isJunk ? inside.numberJunk : inside.nothing
          continue
        }
        case inside.numberJunk: {
          // Letters that touch a number ("trailing junk" to the server) belong to it: 1e'…' is no E'…' string.
          while (index < end && continuesWord[view[index] as number] === 1) index += 1
          if (index === end && !isEnd) return this.#stop(stop.more, base + index)
          this.inside = inside.nothing
          continue
        }
        case inside.variable: {
          // :name is psql's, and unlike an identifier it ends at a dollar.
          while (index < end && view[index] !== byte.dollar && continuesWord[view[index] as number] === 1) index += 1
          if (index === end && !isEnd) return this.#stop(stop.more, base + index)
          this.inside = inside.nothing
          continue
        }
        case inside.string:
        case inside.quotedName: {
          const mark = this.inside === inside.string ? byte.quote : byte.doubleQuote
          index = findByte(view, mark, index)
          if (index === end) return this.#stop(stop.more, base + index)
          if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
          if (index + 1 < end && view[index + 1] === mark) {
            index += 2
            continue
          }
          index += 1
          this.inside = inside.nothing
          continue
        }
        case inside.escapeString: {
          while (index < end && view[index] !== byte.quote && view[index] !== byte.backslash) index += 1
          if (index === end) return this.#stop(stop.more, base + index)
          if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
          if (view[index] === byte.backslash || (index + 1 < end && view[index + 1] === byte.quote)) {
            index = Math.min(end, index + 2)
            continue
          }
          index += 1
          this.inside = inside.nothing
          continue
        }
        case inside.bitString: {
          index = findByte(view, byte.quote, index)
          if (index === end) return this.#stop(stop.more, base + index)
          index += 1
          this.inside = inside.nothing
          continue
        }
        case inside.dollarTag: {
          // Between the dollars an identifier without dollars; anything else and the first dollar stood alone.
          while (index < end && view[index] !== byte.dollar && continuesWord[view[index] as number] === 1) index += 1
          if (index === end && !isEnd) return this.#stop(stop.more, base + index)
          const from = this.#tokenStart - base
          if (index < end && view[index] === byte.dollar) {
            index += 1
            this.#tag = Buffer.from(view.subarray(from, index))
            this.inside = inside.dollarString
            continue
          }
          index = from + 1
          this.inside = inside.nothing
          continue
        }
        case inside.dollarString: {
          const found = view.indexOf(this.#tag, index)
          if (found < 0) {
            return this.#stop(stop.more, base + Math.max(index, isEnd ? end : end - this.#tag.length + 1))
          }
          index = found + this.#tag.length
          this.inside = inside.nothing
          continue
        }
        case inside.lineComment: {
          while (index < end && view[index] !== byte.newline && view[index] !== byte.carriageReturn) index += 1
          if (index === end && !isEnd) {
            if (base + index - this.commentStart > longestComment) this.commentStart = base + index
            return this.#stop(stop.more, base + index)
          }
          this.inside = inside.nothing
          if (this.start < 0) return this.#stop(stop.comment, base + index)
          continue
        }
        case inside.blockComment: {
          while (index < end) {
            const at = view[index]
            if (at !== byte.asterisk && at !== byte.slash) {
              index += 1
              continue
            }
            if (index + 1 === end && !isEnd) return this.#stop(stop.more, base + index)
            const next = index + 1 < end ? view[index + 1] : 0
            if (at === byte.slash && next === byte.asterisk) {
              this.#commentDepth += 1
              index += 2
            } else if (at === byte.asterisk && next === byte.slash) {
              index += 2
              if (this.#commentDepth === 0) {
                this.inside = inside.nothing
                continue scanning
              }
              this.#commentDepth -= 1
            } else index += 1
          }
          return this.#stop(stop.more, base + index)
        }
        default:
          throw new TypeError(`unhandled ${JSON.stringify(this.inside satisfies never)}`)
      }
    }
  }

  #stop(why: Stop, position: number): Stop {
    this.position = position
    return why
  }

  #word(view: Buffer, from: number, to: number, base: number): void {
    this.#words += 1
    if (this.#words === 1) {
      this.firstWord = isWordAt(view, from, to, insertWord) ? 'insert' : shortWord(view, from, to)
      if (this.firstWord === 'create') this.#routine.word('create', this.#depth)
    } else if (this.firstWord === 'create' && (this.#words <= 4 || this.#routine.isRoutine)) {
      this.#routine.word(shortWord(view, from, to), this.#depth)
    }
    if (this.firstWord !== 'insert' || this.#depth > 0) return
    if (this.#values === values.listed) {
      this.#values = values.ended
      return
    }
    if (this.#values !== values.none) return
    if (isWordAt(view, from, to, valuesWord)) {
      this.valuesEnd = base + to
      this.#values = this.#afterDefault ? values.ended : values.listed
      if (this.#afterDefault) this.rows = 1
    }
    this.#afterDefault = isWordAt(view, from, to, defaultWord)
  }
}

const insertWord = Buffer.from('insert')
const valuesWord = Buffer.from('values')
const defaultWord = Buffer.from('default')

function isWordAt(view: Buffer, from: number, to: number, word: Buffer): boolean {
  if (to - from !== word.length) return false
  for (let index = 0; index < word.length; index += 1) {
    if (((view[from + index] as number) | 0x20) !== word[index]) return false
  }
  return true
}

/** In lower case; a word longer than any keyword that matters is not looked at. */
function shortWord(view: Buffer, from: number, to: number): string {
  return to - from > 12 ? '-' : view.toString('latin1', from, to).toLowerCase()
}

/** As far as the name of a psql variable is looked for. */
const longestVariable = 65_536

/**
 * How many bytes a colon takes with it: `::` and `:=` two, psql's `:'name'` and `:"name"` all of theirs, else one.
 * 0: the bytes end before that is clear.
 */
function colonLength(view: Buffer, at: number, isEnd: boolean): number {
  if (at + 1 === view.length) return isEnd ? 1 : 0
  const next = view[at + 1]
  if (next === byte.colon || next === byte.equals) return 2
  if (next !== byte.quote && next !== byte.doubleQuote) return 1
  let end = at + 2
  while (end < view.length && continuesWord[view[end] as number] === 1 && view[end] !== byte.dollar) end += 1
  if (end - at > longestVariable) return 1
  if (end === view.length) return isEnd ? 1 : 0
  return view[end] === next && end > at + 2 ? end + 1 - at : 1
}

/** `indexOf` pays only where the wait is long: most strings end within a few bytes. Returns the length if not found. */
function findByte(view: Buffer, mark: number, from: number): number {
  const near = Math.min(view.length, from + 48)
  let index = from
  while (index < near) {
    if (view[index] === mark) return index
    index += 1
  }
  if (index === view.length) return index
  const found = view.indexOf(mark, index)
  return found < 0 ? view.length : found
}
