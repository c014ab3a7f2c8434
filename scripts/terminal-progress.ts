import type { WriteStream } from 'node:tty'
import { formatDuration, scrubLine } from '../harness/core/index.ts'

const redrawMs = 100

/** Progress on stderr: one line a step when it is done; on a terminal also a live line with a bar while it goes on. */
export function terminalProgress(stream: NodeJS.WriteStream | WriteStream): StepLines {
  return new StepLines(stream)
}

/** Of steps of any names: those of a rehearsal, of a backup. */
export class StepLines {
  readonly #stream: NodeJS.WriteStream | WriteStream
  #step: string | null = null
  #total: number | undefined
  #startMs = 0
  #drawnMs = 0

  constructor(stream: NodeJS.WriteStream | WriteStream) {
    this.#stream = stream
  }

  begin(step: string, total?: number): void {
    if (step !== this.#step) this.#startMs = performance.now()
    this.#step = step
    this.#total = total
    this.#draw(0, '')
  }

  advance(done: number, detail = ''): void {
    if (performance.now() - this.#drawnMs >= redrawMs) this.#draw(done, detail)
  }

  end(step: string, summary: string): void {
    const took = formatDuration(performance.now() - this.#startMs)
    this.#clear()
    this.#stream.write(`  ${step.padEnd(13)} ${took.padStart(7)}  ${scrubLine(summary, 100)}\n`)
    this.#step = null
  }

  #draw(done: number, detail: string): void {
    if (!this.#stream.isTTY || this.#step === null) return
    this.#drawnMs = performance.now()
    const share = this.#total ? Math.min(1, done / this.#total) : null
    const bar =
      share === null
        ? ''
        : `${'━'.repeat(Math.round(share * 20)).padEnd(20, '·')} ${String(Math.round(share * 100)).padStart(3)} %  `
    const line = `  ${this.#step.padEnd(13)} ${formatDuration(this.#drawnMs - this.#startMs).padStart(7)}  ${bar}${scrubLine(detail, 60)}`
    this.#clear()
    this.#stream.write(line.slice(0, Math.max(20, (this.#stream.columns || 80) - 1)))
  }

  #clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K')
  }
}
