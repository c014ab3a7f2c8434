/** A connection by name: the environment variable that holds it. Connections themselves never stand in a config. */
export type ConnectionName = `env:${string}`
/** `'5%'`, or the same as a ratio: `0.05`. */
export type Ratio = `${number}%` | number
/** `'10MB'` (units of 1,024), or a number of bytes. */
export type Size = string | number
/** `'30m'`, `'24h'`, `'7d'`, `'500ms'`. */
export type Duration = string

/** What restores: our own loader, PostgreSQL's own clients (what people type on the bad day), or one after the other. */
export type RestorerChoice = 'ours' | 'stock' | 'both'
export type EngineChoice = 'auto' | 'embedded' | 'container' | 'server'
/** Whether the content of rows is compared, or their number alone. */
export type Depth = 'rows' | 'counts'
/** What the backup is meant to hold. */
export type Expectation = 'full' | 'schema' | 'data'

export interface Range {
  min?: number | undefined
  max?: number | undefined
}
