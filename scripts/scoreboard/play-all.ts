import type { Face, Failure, Make, Outcome } from '../../fixtures/failures/types.ts'
import type { Workshop } from '../../fixtures/failures/workshop.ts'
import { asFault } from '../../harness/core/index.ts'
import { judgeFace } from './judge-face.ts'
import { playSubject } from './play-subject.ts'
import type { Rival, RivalWord } from './rivals.ts'

/** A row of the board. */
export interface Played {
  readonly id: string
  readonly face: string
  readonly broken: string
  readonly expected: { readonly answer: string; readonly check: string | null; readonly object: string | null }
  /** The backup only looks bad: whoever objects to it raises a false alarm. */
  readonly isGood: boolean
  readonly answer: Outcome['answer'] | 'not made'
  /** Which of the twins of this run, and what was said of it. Several mutants have the same. */
  readonly twin: { readonly number: number; readonly answer: Outcome['answer'] } | null
  readonly killed: boolean
  /** What named it, or why it was not killed. */
  readonly because: string
  readonly ms: number
  /** By rival: what it says of the mutant, and of its twin. Empty where the subject is no file. */
  readonly rivals: Readonly<Record<string, { readonly mutant: RivalWord; readonly twin: RivalWord }>>
}

export interface PlayOptions {
  readonly workshop: Workshop
  /** How many at once. */
  readonly lanes: number
  readonly rivals: readonly Rival[]
  readonly signal: AbortSignal
  readonly onPlayed: (played: Played, done: number, total: number) => void
}

/** Every face of every failure: makes the mutant and its twin, plays both, and judges. In order of the failures. */
export async function playAll(failures: readonly Failure[], options: PlayOptions): Promise<readonly Played[]> {
  const { lanes, signal, onPlayed } = options
  const all = failures.flatMap(({ id, faces }) => faces.map((face) => ({ id, face })))
  const twins = new Twins(options)
  const played: Played[] = []
  let next = 0
  let done = 0
  const lane = async (): Promise<void> => {
    while (next < all.length && !signal.aborted) {
      const index = next
      next += 1
      const one = all[index]
      if (!one) return
      const result = await play(one.id, one.face, twins, options)
      played[index] = result
      onPlayed(result, (done += 1), all.length)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return played.filter(Boolean)
}

interface Twin {
  readonly number: number
  readonly outcome: Outcome
  readonly rivals: Readonly<Record<string, RivalWord>>
}

/** One rehearsal of each good twin, however many mutants have it. */
class Twins {
  readonly #options: PlayOptions
  readonly #played = new Map<Make, Promise<Twin>>()

  constructor(options: PlayOptions) {
    this.#options = options
  }

  of(make: Make): Promise<Twin> {
    const playing = this.#played.get(make) ?? this.#play(make, this.#played.size)
    this.#played.set(make, playing)
    return playing
  }

  async #play(make: Make, number: number): Promise<Twin> {
    const { workshop, signal, rivals } = this.#options
    const subject = await workshop.once(make)
    const outcome = await playSubject(subject, signal)
    return { number, outcome, rivals: await wordsOf(rivals, subject, signal) }
  }
}

async function play(id: string, face: Face, twins: Twins, options: PlayOptions): Promise<Played> {
  const { workshop, rivals, signal } = options
  const startedMs = performance.now()
  const { name, broken, expected } = face
  const wanted =
    'check' in expected ? { check: expected.check, object: expected.object } : { check: null, object: null }
  const isGood = 'unharmed' in expected
  const row = { id, face: name, broken, expected: { answer: expected.answer, ...wanted }, isGood }
  try {
    const twin = await twins.of(face.good)
    const subject = await face.bad(workshop)
    const mutant = await playSubject(subject, signal)
    const words = await wordsOf(rivals, subject, signal)
    const judged = judgeFace(expected, mutant, twin.outcome)
    const both = Object.entries(words).map(([name, word]) => [
      name,
      { mutant: word, twin: twin.rivals[name] ?? 'not asked' },
    ])
    const ms = Math.round(performance.now() - startedMs)
    const { number, outcome } = twin
    const beside = { number, answer: outcome.answer }
    return { ...row, answer: mutant.answer, twin: beside, ...judged, ms, rivals: Object.fromEntries(both) }
  } catch (thrown) {
    const { code, message } = asFault(thrown)
    const ms = Math.round(performance.now() - startedMs)
    return { ...row, answer: 'not made', twin: null, killed: false, because: `${code}: ${message}`, ms, rivals: {} }
  }
}

async function wordsOf(
  rivals: readonly Rival[],
  subject: Awaited<ReturnType<Make>>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, RivalWord>>> {
  const words: Record<string, RivalWord> = {}
  if (subject.kind !== 'set') return words
  for (const { name, judge } of rivals) words[name] = await judge(subject, signal)
  return words
}
