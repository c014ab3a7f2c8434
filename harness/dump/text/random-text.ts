import { Fault } from '../../core/index.ts'
import type { TextRange } from '../outline.ts'

/** The bytes of a dump's (decompressed) text, any stretch at any time, several at once. */
export interface RandomText extends AsyncDisposable {
  bytes(range: TextRange): AsyncIterable<Buffer>
}

/** What of a text can be read at random, known while it is read for the first time. */
export interface TextPlaces {
  /** How long a run of INSERTs becomes before the next one begins. */
  readonly runBytes: number
  /** What begins at `from` must not be read across this place. */
  endOf(from: number): number
  /** Whether the range can be read for what a stretch costs. Asked once for each range, in ascending order. */
  claim(range: TextRange): boolean
}

/** The second reading did not find what the first one did. */
export function changed(message: string, cause?: unknown): Fault {
  return new Fault('E_DUMP_CHANGED', message, {
    hint: 'run again once nothing writes to the dump any more, or on a copy of it',
    cause,
  })
}
