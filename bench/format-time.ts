/** `258 s`, `9.4 s`, `120 ms`: never minutes, whose rounding would hide what is compared. */
export function formatTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${(ms / 1_000).toFixed(ms < 100_000 ? 1 : 0)} s`
}
