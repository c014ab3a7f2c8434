/** Aborts on the first Ctrl-C, TERM or hang-up, so that everything is put away; a second one ends at once. */
export function abortOnSignals(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(2)
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
