import { basename } from 'node:path'
import { isDumpName } from './name-kind.ts'
import { timeOfName } from './time-of-name.ts'
import type { FoundFile } from './walk-set.ts'
import type { BackupSet, Manifest } from './types.ts'

export type SetTime = Pick<BackupSet, 'createdAt' | 'createdAtSource'>

/* Clocks differ a little between the machine that backs up and this one. */
export const allowedSkewMs = 5 * 60_000
/* The farthest zone from any other, as a name without one may have been written there. */
const farthestZoneMs = 26 * 3_600_000

/**
 * When a set's backup began: by its manifest, else by the name of its folder, else by the earliest of its files'
 * names, else by the earliest time of its dumps on the disk (which a copy may have changed).
 *
 * A name without a zone that would be in the future here was written in a zone east of here: the file's own time is
 * taken instead, if that is not in the future.
 */
export function dateSet(
  source: {
    readonly root: string
    readonly files: readonly FoundFile[]
    readonly manifest: Manifest | null
    readonly whole: boolean
  },
  now: Date,
): SetTime {
  if (source.manifest) return { createdAt: new Date(source.manifest.createdAt), createdAtSource: 'manifest' }
  const dumps = source.files.filter((file) => isDumpName(file.name) || /(?:^|\/)toc\.dat$/.test(file.name))
  const times = (dumps.length > 0 ? dumps : source.files).map((file) => file.modifiedAt.getTime())
  const onDisk = times.length > 0 ? new Date(Math.min(...times)) : null
  const named =
    (source.whole ? timeOfName(basename(source.root)) : null) ??
    dumps
      .map((file) => timeOfName(file.name))
      .filter((time) => time !== null)
      .sort((a, b) => a.at.getTime() - b.at.getTime())[0]
  if (!named) return { createdAt: onDisk, createdAtSource: 'file time' }
  const latest = now.getTime() + allowedSkewMs
  const ahead = named.at.getTime() - latest
  if (!named.zoned && ahead > 0 && ahead <= farthestZoneMs && onDisk && onDisk.getTime() <= latest) {
    return { createdAt: onDisk, createdAtSource: 'file time' }
  }
  return { createdAt: named.at, createdAtSource: 'file name' }
}

export function isFromFuture(createdAt: Date | null, now: Date): boolean {
  return createdAt !== null && createdAt.getTime() > now.getTime() + allowedSkewMs
}
