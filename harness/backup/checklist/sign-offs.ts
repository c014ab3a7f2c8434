import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Fault, scrubLine, writeFileWhole, type Clock } from '../../core/index.ts'
import { checklistItems } from './items.ts'
import type { ItemSignOff } from './types.ts'

const instant = z.iso.datetime()
const name = z.string().min(1).max(200)

/** The sign-offs of every migration by its time: those of one never count for another. */
const signOffFile = z.strictObject({
  kind: z.literal('migration-checklist'),
  version: z.literal(1),
  migrations: z.array(
    z.strictObject({
      at: instant,
      signOffs: z.array(z.strictObject({ item: name, name, at: instant })),
    }),
  ),
})

export type SignOffFile = z.infer<typeof signOffFile>

/** None where there is no such file. Throws `E_FILE_UNREADABLE`, `E_LOG_EDITED`. */
export async function readSignOffs(path: string): Promise<SignOffFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      return { kind: 'migration-checklist', version: 1, migrations: [] }
    }
    throw new Fault('E_FILE_UNREADABLE', `cannot read ${path}`, { hint: 'check its permissions', cause })
  }
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    // Said below, as of any other text that holds no sign-offs.
  }
  const parsed = signOffFile.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Fault('E_LOG_EDITED', `${path} holds no sign-offs of a checklist`, {
    hint: 'correct it, or move it away and sign again',
  })
}

export function signOffsOf(file: SignOffFile, migrationAt: Date): readonly ItemSignOff[] {
  return file.migrations.find(({ at }) => Date.parse(at) === migrationAt.getTime())?.signOffs ?? []
}

/** The file with one more sign-off; signing again replaces one's item. Throws `E_USAGE`. */
export function signItem(
  file: SignOffFile,
  migrationAt: Date,
  by: { readonly item: string; readonly name: string },
  clock: Clock,
): SignOffFile {
  const people = checklistItems.filter(({ by }) => by === 'person').map(({ id }) => id)
  if (!people.some((id) => id === by.item)) {
    throw new Fault('E_USAGE', `"${scrubLine(by.item, 60)}" is not signed off by a person`, {
      hint: `--item is one of ${people.join(', ')}`,
    })
  }
  const signer = scrubLine(by.name, 200).trim()
  if (signer === '') throw new Fault('E_USAGE', 'a sign-off has a name', { hint: '--name "…"' })
  const others = signOffsOf(file, migrationAt).filter(({ item }) => item !== by.item)
  const signOffs = [...others, { item: by.item, name: signer, at: clock.now().toISOString() }]
  const rest = file.migrations.filter(({ at }) => Date.parse(at) !== migrationAt.getTime())
  return { ...file, migrations: [...rest, { at: migrationAt.toISOString(), signOffs }] }
}

/** Whole or not at all. Throws `E_EVIDENCE_WRITE`. */
export async function writeSignOffs(path: string, file: SignOffFile): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(signOffFile.parse(file), null, 2)}\n`, 0o644)
}
