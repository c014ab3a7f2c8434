import { scrub, type Fault } from '../harness/core/index.ts'

/** What, which object, which code; then what to do. With `verbose` also the causes and their stacks. */
export function renderFault(fault: Fault, verbose: boolean): string {
  const lines = [`rehearse: ${scrub(fault.message)} [${fault.code}]`]
  if (fault.hint) lines.push(`→ ${scrub(fault.hint)}`)
  if (verbose) {
    for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause)
      lines.push(scrub(cause.stack ?? cause.message))
  }
  return `${lines.join('\n')}\n`
}
