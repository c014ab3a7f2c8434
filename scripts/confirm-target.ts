import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { Fault, scrubLine } from '../harness/core/index.ts'

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

export interface Confirmation {
  /** What the user gave beforehand, for a script; null where somebody is to be asked. */
  readonly yes: string | null
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/**
 * Whoever restores types the database's name: it is read off the plan, where the server stands too. Throws
 * `E_TARGET_NOT_CONFIRMED` for another name, and where there is nobody to ask.
 */
export async function confirmTarget(
  { host, database }: { readonly host: string; readonly database: string },
  { yes, terminal, signal }: Confirmation,
): Promise<void> {
  if (yes !== null) return requireName(yes, database, '--yes says')
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new Fault('E_TARGET_NOT_CONFIRMED', `nobody is here to confirm that ${database} at ${host} is meant`, {
      hint: `read the plan, and say so beforehand: --yes ${database}`,
    })
  }
  return requireName(
    await ask(`  type the database's name to restore into it: `, terminal, signal),
    database,
    'you typed',
  )
}

/** Null at the end of the input. Not `terminal: true`, in which Ctrl-C is a key and no signal. */
export async function ask(question: string, { input, output }: Terminal, signal: AbortSignal): Promise<string | null> {
  const lines = createInterface({ input, output, terminal: false })
  try {
    const answer = lines.question(question, { signal }).then((line) => ({ line }))
    const end = once(lines, 'close', { signal }).then(() => null)
    const given = await Promise.race([answer, end])
    // Whoever ends the input is still on the question's line.
    if (given === null) output.write('\n')
    return given?.line ?? null
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    throw new Fault('E_INTERRUPTED', 'interrupted: nothing was changed', { cause: signal.reason })
  } finally {
    lines.close()
  }
}

function requireName(given: string | null, database: string, by: string): void {
  if (given === database) return
  const what = given === null || given === '' ? 'nothing was typed' : `${by} ${scrubLine(given)}`
  throw new Fault('E_TARGET_NOT_CONFIRMED', `${what}, and the target's database is ${database}`, {
    hint: 'nothing was changed; look where --to leads',
  })
}
