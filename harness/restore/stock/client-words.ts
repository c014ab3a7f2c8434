import { scrubLine } from '../../core/index.ts'

const mostComplaints = 100
const mostLines = 20_000
const tailLines = 5

/** What a client said on stderr, sorted: the server's refusals, its own complaints, whether it got to the end. */
export class ClientWords {
  /** psql only: the line of the script at each refusal, in order. */
  readonly refusedAt: number[] = []
  /** Scrubbed. */
  readonly complaints: string[] = []
  /** pg_restore's last word where it was through and something was refused. */
  saysThrough = false
  readonly #tail: string[] = []

  /** Both programs speak the C locale's English: these words are their format, not a translation. */
  take(line: string): void {
    const refused = /^psql:<stdin>:(\d+): (?:ERROR|FATAL|PANIC): {2}/.exec(line)?.[1]
    if (refused !== undefined) {
      if (this.refusedAt.length < mostLines) this.refusedAt.push(Number(refused))
      return
    }
    if (/^(?:psql|pg_restore): |^psql:<stdin>:/.test(line)) {
      this.#tail.push(line)
      if (this.#tail.length > tailLines) this.#tail.shift()
    }
    this.saysThrough = /^pg_restore: warning: errors ignored on restore: \d+$/.test(line)
    const isOwn = /^(?:psql|pg_restore): error: |^psql:<stdin>:\d+: error: /.test(line) && !ofServer.test(line)
    if (isOwn && this.complaints.length < mostComplaints) this.complaints.push(scrubLine(line))
  }

  /** Its last words, for a fault. */
  get tail(): string {
    return scrubLine(this.#tail.join('; '), 1_000)
  }
}

/** Errors that only pass on what the server said, which was heard from the server itself. */
const ofServer =
  /^pg_restore: error: (?:could not execute query: |COPY failed for table |error returned by PQ)|: error: \\connect: /
