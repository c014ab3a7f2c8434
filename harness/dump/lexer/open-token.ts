import { BlockComment } from './block-comment.ts'
import { byte, byteClass, byteClasses } from './byte-classes.ts'
import { endOfDigits, endOfVariable, endOfWord } from './names.ts'
import { endOfBits, endOfDollars, endOfEscaped, endOfQuoted } from './quoted.ts'
import { inside, type Inside } from './states.ts'

/** pg_dump's own comments fit many times over; of a longer one the beginning is forgotten, and it means nothing. */
const longestComment = 65_536

/** The token that the lexer is inside of, which may reach over any number of chunks. */
export class OpenToken {
  inside: Inside = inside.nothing
  /** Absolute position of its first byte; noted for words, dollars and comments to the end of the line. */
  start = 0
  readonly #comment = new BlockComment()
  #tag: Buffer = Buffer.alloc(0)

  get isOpen(): boolean {
    return this.inside !== inside.nothing
  }

  /** Whether a comment of either kind begins here: `first` is a dash or a slash at absolute position `at`. */
  beginsComment(first: number, second: number | undefined, at: number): boolean {
    if (first === byteClass.dash && second === byte.dash) {
      this.inside = inside.lineComment
      this.start = at
      return true
    }
    if (first !== byteClass.slash || second !== byte.asterisk) return false
    this.inside = inside.blockComment
    this.#comment.begin()
    return true
  }

  /** A dollar at absolute position `at` begins a quote's tag, a parameter or nothing. */
  beginDollar(next: number | undefined, at: number): void {
    this.start = at
    const found = next === undefined ? byteClass.other : byteClasses[next]
    if (found === byteClass.dollar || found === byteClass.letter) this.inside = inside.dollarTag
    else if (found === byteClass.digit) this.inside = inside.fraction
  }

  /**
   * To where the token ends, or one part of it; `~index` where the bytes run out before that: it goes on from that
   * index. Words are the lexer's own.
   */
  scan(view: Buffer, index: number, base: number, isEnd: boolean): number {
    switch (this.inside) {
      case inside.nothing:
      case inside.word:
        return index
      case inside.number: {
        const end = endOfDigits(view, index)
        if (end + 1 >= view.length && !isEnd) return ~end
        this.inside = inside.fraction
        // `1.` is a number, the first dot of `1..` is not its.
        return view[end] === byte.dot && view[end + 1] !== byte.dot ? end + 1 : end
      }
      case inside.fraction: {
        const end = endOfDigits(view, index)
        if (end === view.length && !isEnd) return ~end
        const isJunk = end < view.length && byteClasses[view[end] as number] === byteClass.letter
        this.inside = isJunk ? inside.numberJunk : inside.nothing
        return end
      }
      case inside.numberJunk:
        // Letters that touch a number ("trailing junk" to the server) belong to it: 1e'…' is no E'…' string.
        return this.#over(endOfWord(view, index, isEnd))
      case inside.variable:
        return this.#over(endOfVariable(view, index, isEnd))
      case inside.string:
        return this.#over(endOfQuoted(view, index, byte.quote, isEnd))
      case inside.quotedName:
        return this.#over(endOfQuoted(view, index, byte.doubleQuote, isEnd))
      case inside.escapeString:
        return this.#over(endOfEscaped(view, index, isEnd))
      case inside.bitString:
        return this.#over(endOfBits(view, index))
      case inside.dollarTag:
        return this.#dollarTag(view, index, base, isEnd)
      case inside.dollarString:
        return this.#over(endOfDollars(view, index, this.#tag, isEnd))
      case inside.lineComment:
        return this.#lineComment(view, index, base, isEnd)
      case inside.blockComment:
        return this.#over(this.#comment.scan(view, index, isEnd))
      default:
        throw new TypeError(`unhandled ${JSON.stringify(this.inside satisfies never)}`)
    }
  }

  #over(end: number): number {
    if (end >= 0) this.inside = inside.nothing
    return end
  }

  /** Between the dollars an identifier without dollars; anything else and the first dollar stood alone. */
  #dollarTag(view: Buffer, index: number, base: number, isEnd: boolean): number {
    const end = endOfVariable(view, index, isEnd)
    if (end < 0) return end
    const from = this.start - base
    if (view[end] !== byte.dollar) {
      this.inside = inside.nothing
      return from + 1
    }
    this.#tag = Buffer.from(view.subarray(from, end + 1))
    this.inside = inside.dollarString
    return end + 1
  }

  #lineComment(view: Buffer, index: number, base: number, isEnd: boolean): number {
    let end = index
    while (end < view.length && view[end] !== byte.newline && view[end] !== byte.carriageReturn) end += 1
    if (end < view.length || isEnd) return this.#over(end)
    if (base + end - this.start > longestComment) this.start = base + end
    return ~end
  }
}
