export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Of at least one number. */
export function spread(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)]
  const high = sorted[Math.ceil(middle)]
  const least = sorted[0]
  const most = sorted.at(-1)
  if (low === undefined || high === undefined || least === undefined || most === undefined)
    throw new TypeError('no numbers to look at')
  return { median: (low + high) / 2, least, most }
}

/** Each round's own ratio: a machine's speed changes from minute to minute, within a round it hardly does. */
export function ratios(ours: readonly number[], theirs: readonly number[]): Spread {
  if (ours.length !== theirs.length) throw new TypeError('the rounds do not pair up')
  return spread(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)))
}
