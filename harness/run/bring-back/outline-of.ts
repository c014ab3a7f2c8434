import { Fault } from '../../core/index.ts'
import type { OutlineEntry } from '../../dump/index.ts'
import type { ChosenDump } from './choose-files.ts'

/** What a dump holds, entry by entry. */
export function outlineOf({ name, dump: { outline } }: ChosenDump): readonly OutlineEntry[] {
  if (outline !== null) return outline
  throw new Fault('E_DUMP_FORMAT_UNSUPPORTED', `${name} holds more definitions than can be chosen among`, {
    hint: 'restore it with psql or pg_restore',
  })
}
