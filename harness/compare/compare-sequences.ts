import { formatCount } from '../core/index.ts'
import { identityOf, type Facts, type SequenceFact } from '../facts/index.ts'
import { differs, notChecked, same } from './findings.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

interface Position {
  readonly lastValue: string
  readonly isCalled: boolean
}

/** The check `sequences`: between the positions read before and after the dump, and never behind their column. */
export function compareSequences({ baseline, restored, baselineKind, notCovered }: CompareOptions): Finding[] {
  const restoredSequences = new Map(restored.sequences.map((sequence) => [nameOf(sequence), sequence]))
  const covered = baseline.sequences.filter(({ schema }) => !(notCovered?.schemas ?? []).includes(schema))
  const cycling = cyclingSequences(restored)
  const findings = covered.map((was) => {
    const object = nameOf(was)
    const is = restoredSequences.get(object)
    if (!is) return differs('sequences', { object, message: `sequence ${object} is missing`, expected: next(was) })
    const blind = unreadable(was) ?? unreadable(is)
    if (blind) return blind
    if (isBehind(is) && !cycling.has(object)) return behind(is, was)
    return baselineKind === 'live' ? notBehind(is) : between(was, is)
  })
  return findings.length > 0 ? findings : [same('sequences', { message: 'there are no sequences' })]
}

/** For a rehearsal without a baseline: the first insert after a restore must not collide. */
export function checkSequencesAgainstColumns(restored: Facts): Finding[] {
  const cycling = cyclingSequences(restored)
  const findings = restored.sequences.map(
    (sequence) =>
      unreadable(sequence) ??
      (isBehind(sequence) && !cycling.has(nameOf(sequence)) ? behind(sequence, null) : notBehind(sequence)),
  )
  return findings.length > 0 ? findings : [same('sequences', { message: 'there are no sequences' })]
}

function nameOf(sequence: SequenceFact): string {
  return identityOf([sequence.schema, sequence.name])
}

/** The value that nextval() would return: one number for `last_value` and `is_called`. */
function next({ lastValue, isCalled, increment }: Position & { readonly increment: string }): string {
  return String(BigInt(lastValue) + (isCalled ? BigInt(increment) : 0n))
}

function isBehind(sequence: SequenceFact): boolean {
  if (sequence.columnMax === null) return false
  const gap = BigInt(next(sequence)) - BigInt(sequence.columnMax)
  return BigInt(sequence.increment) > 0n ? gap <= 0n : gap >= 0n
}

/** A sequence that starts over is behind its column by design. */
function cyclingSequences(facts: Facts): ReadonlySet<string> {
  return new Set(
    facts.objects
      .filter(({ kind, properties }) => kind === 'sequence' && properties['cycle'] === 'true')
      .map(({ identity }) => identity),
  )
}

function behind(sequence: SequenceFact, was: SequenceFact | null): Finding {
  const object = nameOf(sequence)
  const inherited = was !== null && isBehind(was) && next(was) === next(sequence)
  const remedy = `setval() it past ${sequence.ownedBy ?? 'its column'} after a restore, and take a complete backup`
  return differs('sequences', {
    object,
    message: `sequence ${object} would give ${formatCount(next(sequence))}, but ${sequence.ownedBy ?? 'its column'} has reached ${formatCount(sequence.columnMax ?? '0')}${inherited ? ': just so where the backup was taken' : ': the next insert collides'}`,
    expected: `past ${sequence.columnMax ?? ''}`,
    actual: next(sequence),
    remedy,
    notice: inherited,
  })
}

function notBehind(sequence: SequenceFact): Finding {
  const object = nameOf(sequence)
  const column = sequence.columnMax === null ? '' : `, past ${sequence.ownedBy ?? 'its column'}`
  return same('sequences', { object, message: `sequence ${object} gives ${formatCount(next(sequence))} next${column}` })
}

function between(was: SequenceFact, is: SequenceFact): Finding {
  const object = nameOf(is)
  const first = BigInt(next(was))
  const last = was.after ? BigInt(next({ ...was.after, increment: was.increment })) : first
  const [low, high] = first < last ? [first, last] : [last, first]
  const actual = BigInt(next(is))
  const expected = low === high ? String(low) : `${low} to ${high}`
  if (actual >= low && actual <= high) {
    return same('sequences', {
      object,
      message: `sequence ${object} gives ${formatCount(actual)} next, as before`,
      expected,
      actual: String(actual),
    })
  }
  return differs('sequences', {
    object,
    message: `sequence ${object} would give ${formatCount(actual)} next instead of ${low === high ? formatCount(low) : `${formatCount(low)} to ${formatCount(high)}`}`,
    expected,
    actual: String(actual),
  })
}

function unreadable(sequence: SequenceFact): Finding | null {
  if (sequence.unreadable === undefined) return null
  return notChecked('sequences', {
    object: nameOf(sequence),
    message: `sequence ${nameOf(sequence)} could not be read: ${sequence.unreadable}`,
    remedy: 'let the observing role read it and the table it belongs to (pg_read_all_data, BYPASSRLS)',
  })
}
