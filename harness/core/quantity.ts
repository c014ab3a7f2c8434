import { Fault } from './fault.ts'

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `1536` → `1.5 kB` (units of 1,024, as Postgres' pg_size_pretty). */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

/** `'10MB'`, `'1.5 GB'`, `'900'` → bytes. Throws `E_CONFIG_INVALID`. */
export function parseBytes(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(text)
  if (!match)
    throw new Fault('E_CONFIG_INVALID', `"${text}" is not a size`, { hint: 'write it like "10MB" or "1.5GB"' })
  const power = ['', 'k', 'm', 'g', 't'].indexOf(match[2]!.toLowerCase())
  return Math.round(Number(match[1]) * 1024 ** power)
}

/** `1234` → `1.2 s`; `93784000` → `1 d 2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`
}

/** `'30m'`, `'24h'`, `'7d'` → milliseconds. Throws `E_CONFIG_INVALID`. */
export function parseDuration(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*$/.exec(text)
  if (!match)
    throw new Fault('E_CONFIG_INVALID', `"${text}" is not a duration`, { hint: 'write it like "30m", "24h" or "7d"' })
  return Number(match[1]) * durationUnits[match[2] as keyof typeof durationUnits]
}

/** `5000` → `5,000`; anything that is not a count as it is. */
export function formatCount(value: string | number | bigint): string {
  const text = String(value)
  return /^-?\d+$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text
}

/** `1 bucket`, `5,000 buckets`. Of nouns whose plural has an s. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
