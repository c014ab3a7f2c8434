/** One press can arrive twice: from the terminal, and from whoever started us and passes it on (npm, `bin/rehearse.mjs`). */
const samePressMs = 300

/** Aborts on the first Ctrl-C, TERM or hang-up, so that everything is put away; a second one ends at once. */
export function abortOnSignals(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let abortedAt = 0
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - abortedAt > samePressMs) process.exit(2)
      return
    }
    abortedAt = performance.now()
    process.stderr.write(`\n${name}: putting everything away (once more to end at once)\n`)
    controller.abort(new DOMException(name, 'AbortError'))
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}
