import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { formatBytes, scrub } from '../core/index.ts'

/** A log is read by people; a command may print for ever. */
const longestLogBytes = 1024 * 1024
const longestLine = 4_000
/** Kept from the end of a log that grew too long, and shown of a command that failed. */
const lastKept = 20
/** Shorter values (`1`, `true`, a port) are words like any other. */
const shortestSecret = 6

/** What programs write for a terminal: colours, moves of the cursor, titles (ECMA-48). */
const colours = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g

/** Lines of a command's output: scrubbed, without the values it was handed, into a file of bounded size. */
export class OutputLog implements AsyncDisposable {
  /** Bytes as they came. */
  bytes = 0
  readonly #file: WriteStream
  readonly #secrets: readonly string[]
  readonly #last: string[] = []
  #written = 0
  #failed: unknown = null

  constructor(path: string, secrets: readonly string[]) {
    this.#file = createWriteStream(path, { mode: 0o600 })
    // A disk that is full is told by the evidence, which comes after; the command goes on.
    this.#file.on('error', (error) => (this.#failed = error))
    this.#secrets = secrets
      .flatMap((value) => [value, encodeURIComponent(value), ...value.split('\n')])
      .filter((value) => value.length >= shortestSecret)
      .sort((a, b) => b.length - a.length)
  }

  /** What takes the bytes of one stream; `null` is its end. */
  intake(): (chunk: Buffer | null) => void {
    const decoder = new StringDecoder('utf8')
    let open = ''
    return (chunk) => {
      this.bytes += chunk?.length ?? 0
      const text = open + (chunk === null ? decoder.end() : decoder.write(chunk))
      const lines = text.split(/\r\n|[\n\r]/)
      open = lines.pop() ?? ''
      for (const line of lines) this.#take(line)
      // Long enough that no secret is cut in two where it could be read.
      if (open.length > 4 * longestLine || (chunk === null && open !== '')) {
        this.#take(open)
        open = ''
      }
    }
  }

  get lastLines(): readonly string[] {
    return this.#last.filter((line) => line.trim() !== '')
  }

  #take(raw: string): void {
    let line = raw
    for (const secret of this.#secrets) line = line.replaceAll(secret, '***')
    line = scrub(line.replace(colours, '')).slice(0, longestLine)
    this.#last.push(line)
    if (this.#last.length > lastKept) this.#last.shift()
    this.#written += Buffer.byteLength(line) + 1
    if (this.#written <= longestLogBytes) this.#file.write(`${line}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#written > longestLogBytes) {
      const left = formatBytes(this.#written - longestLogBytes)
      this.#file.write(`[about ${left} left out; the last lines:]\n${this.#last.join('\n')}\n`)
    }
    this.#file.end()
    if (this.#failed === null) await finished(this.#file).catch(() => {})
  }
}
