import { faultCodes, type FaultCode, type FaultKind } from './fault-codes.ts'

export interface FaultDetails {
  /** What the reader should do next, in the imperative. */
  readonly hint?: string
  /** Facts a machine may want (offset, object, versions). Never secrets, never row values. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  readonly cause?: unknown
}

/** The one error class of an expected failure. `message` says what and which object, `hint` what to do next. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly hint: string | null
  readonly facts: Readonly<Record<string, string | number | boolean | null>>

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint ?? null
    this.facts = details.facts ?? {}
  }

  get kind(): FaultKind {
    return faultCodes[this.code]
  }
}

/** Anything thrown, as a Fault: ours as it is, an unexpected exception as `E_DEFECT` with its cause kept. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (isDiskFull(thrown)) {
    return new Fault('E_DISK_FULL', `no space left: ${message}`, {
      hint: 'free some space and run again',
      cause: thrown,
    })
  }
  // An aborted wait, request or stream, by whatever was told to end.
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new Fault('E_INTERRUPTED', 'interrupted', { hint: 'run it again', cause: thrown })
  }
  return new Fault('E_DEFECT', message, {
    hint: 'this is a defect of rehearse; run again with --verbose and report the stack',
    cause: thrown,
  })
}

function isDiskFull(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === '53100')
}
