// Preloaded into the command: what it takes for now is so many milliseconds from now, as on the hour of a day to come.
const movedMs = Number(process.env.MOVED_MS)
const { now } = Date
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(now() + movedMs)
    else super(...args)
  }
  static now() {
    return now() + movedMs
  }
}
