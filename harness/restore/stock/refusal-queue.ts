import { subjectOf, type RunEntry } from './entry-subject.ts'
import type { OverheardRefusal } from './overheard.ts'

/**
 * Refusals that wait for the statement they are about: by their line where psql said one, else by what they are about,
 * for pg_restore runs several entries at a time.
 */
export class RefusalQueue {
  readonly #byLine: { readonly line: number; readonly heard: OverheardRefusal }[] = []
  readonly #bySubject = new Map<string, OverheardRefusal[]>()

  constructor(refusals: readonly OverheardRefusal[], lines: readonly number[]) {
    const statements = refusals.filter(({ verb }) => verb !== 'CONNECT')
    const hasLines = lines.length === statements.length
    for (const heard of refusals) {
      const line = heard.verb === 'CONNECT' || !hasLines ? undefined : lines[this.#byLine.length]
      if (line !== undefined) this.#byLine.push({ line, heard })
      else {
        const key = keyOf(heard)
        const waiting = this.#bySubject.get(key)
        if (waiting) waiting.push(heard)
        else this.#bySubject.set(key, [heard])
      }
    }
  }

  /** The refusal of that entry; null where it was not refused. Entries are asked for in the dump's order. */
  take(entry: RunEntry): OverheardRefusal | null {
    const here: OverheardRefusal[] = []
    const last = lastLine(entry)
    while (this.#byLine[0] !== undefined && this.#byLine[0].line <= last) {
      const [next] = this.#byLine.splice(0, 1)
      if (next) here.push(next.heard)
    }
    return here[0] ?? this.#bySubject.get(keyOf(subjectOf(entry)))?.shift() ?? null
  }

  left(): readonly OverheardRefusal[] {
    return [...this.#byLine.map(({ heard }) => heard), ...[...this.#bySubject.values()].flat()]
  }
}

function keyOf({ verb, object }: { readonly verb: string; readonly object: string | null }): string {
  return JSON.stringify([verb, object])
}

/** psql names the line on which a statement ends; a COPY ends with the line after its rows. */
function lastLine(entry: RunEntry): number {
  const text = entry.kind === 'copy' ? entry.statement : entry.kind === 'connect' ? null : entry.text
  if (text === null) return entry.line
  let lines = 0
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines += 1
  return entry.line + lines + (entry.kind === 'copy' ? entry.counted().rows + 1 : 0)
}
