/** One thing a rehearsal needs or can use. */
export interface Probe {
  /** What it is part of. */
  readonly group: 'engines' | 'machine' | 'clients' | 'connections'
  readonly what: string
  /** `unused`: nothing is wrong, and nothing was asked for. */
  readonly status: 'ok' | 'limited' | 'missing' | 'unused'
  /** What was found. */
  readonly found: string
  /** What to do; null when there is nothing to do. */
  readonly remedy: string | null
}
