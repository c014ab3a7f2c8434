export interface PushProgress {
  /** Each byte counts three times: read here, sent, read back. */
  readonly done: number
  readonly of: number
  readonly doing: string
}

export type TellPush = (progress: PushProgress) => void

const passes = 3

/** How far a push is; what is sent again after a line broke is told once. */
export class PushTally {
  #done = 0
  readonly #of: number
  readonly #tell: TellPush | undefined

  constructor(bytes: number, tell: TellPush | undefined) {
    this.#of = bytes * passes
    this.#tell = tell
  }

  add(bytes: number, doing: string): void {
    this.#done += bytes
    this.#tell?.({ done: this.#done, of: this.#of, doing })
  }

  /** One that was there already, and was read. */
  addWhole({ name, bytes }: { readonly name: string; readonly bytes: number }): void {
    this.add(bytes * (passes - 1), `reading back ${name}`)
  }

  /** Of one file: a new try begins by calling it again. */
  file(name: string): () => { readonly sent: (bytes: number) => void; readonly back: (bytes: number) => void } {
    let furthest = 0
    return () => {
      let at = 0
      const moveOn = (doing: string) => (bytes: number) => {
        at += bytes
        if (at <= furthest) return
        this.add(at - furthest, `${doing} ${name}`)
        furthest = at
      }
      return { sent: moveOn('sending'), back: moveOn('reading back') }
    }
  }
}
