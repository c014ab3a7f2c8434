import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../core/index.ts'
import { archives, entriesOf, recorded, type ArchiveEntries } from './testing/archive-entries.ts'
import { changedCopy, drawn, filesOf, flipped } from './testing/damage.ts'

const flips = 60
const cuts = 40

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-damage-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** `other`: different entries, and no word of damage. Only facts of production can tell. */
type Outcome = 'found' | 'refused' | 'same' | 'other'

async function outcomeOf(path: string, whole: ArchiveEntries): Promise<Outcome> {
  try {
    const { lines, problems, completeness } = await entriesOf(path)
    if (problems.length > 0) return 'found'
    expect(completeness).toBe('complete')
    return JSON.stringify(lines) === JSON.stringify(whole.lines) ? 'same' : 'other'
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.kind !== 'defect') return 'refused'
    throw thrown
  }
}

/**
 * How many of the flips may go unseen. The formats have no checksums: what is not compressed (the table of contents
 * everywhere, and all data where there is no compression) or compressed by pg_dump's zstd or lz4, which leave their checksums out,
 * is read as it is. The archives are small, so that their tables of contents weigh more than usual.
 */
const unseen: Readonly<Record<string, number>> = {
  'notes-15.dump': 10,
  'notes-15-piped.dump': 56,
  'notes-15.tar': 48,
  'notes-15-folder': 58,
  'notes-17.dump': 32,
  'notes-17-lz4.dump': 40,
  'notes-17-inserts.dump': 8,
  'notes-17.tar': 48,
  'notes-17-folder': 8,
}

describe('a damaged archive', () => {
  it.each(archives)(`is never read as another without a reason, ${flips} bits flipped: %s`, async (name) => {
    const from = join(recorded, name)
    const whole = await entriesOf(from)
    const total = (await filesOf(from)).reduce((sum, { bytes }) => sum + bytes.length, 0)
    const counts: Record<Outcome, number> = { found: 0, refused: 0, same: 0, other: 0 }
    for (let index = 0; index < flips; index += 1) {
      const to = join(folder, name)
      const bit = drawn(8, name, 'bit', index)
      await changedCopy(from, to, drawn(total, name, 'flip', index), (bytes, at) => flipped(bytes, at, bit))
      counts[await outcomeOf(to, whole)] += 1
    }
    expect(counts.found).toBeGreaterThan(0)
    expect(counts.other).toBeLessThanOrEqual(unseen[name] ?? 0)
  })

  it.each(archives)(`is found cut short, ${cuts} times: %s`, async (name) => {
    const from = join(recorded, name)
    const whole = await entriesOf(from)
    const total = (await filesOf(from)).reduce((sum, { bytes }) => sum + bytes.length, 0)
    const unfound: string[] = []
    for (let index = 0; index < cuts; index += 1) {
      const to = join(folder, name)
      const at = drawn(total, name, 'cut', index)
      const file = await changedCopy(from, to, at, (bytes, length) => bytes.subarray(0, length))
      // A folder says nowhere how long an uncompressed large object is.
      if (/blob_\d+\.dat$/.test(file)) continue
      const outcome = await outcomeOf(to, whole)
      if (outcome !== 'found') unfound.push(`${outcome}: ${file} at ${at}`)
    }
    expect(unfound).toEqual([])
  })
})
