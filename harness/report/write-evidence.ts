import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, writeFileWhole } from '../core/index.ts'
import { renderBackupLog } from './render-backup-log.ts'
import { renderHtml } from './render-html.ts'
import { renderJson } from './render-json.ts'
import { renderJunit } from './render-junit.ts'
import type { RehearsalRecord } from './types.ts'

/**
 * Writes the evidence of a rehearsal into `folder` (0700; created with its parents), each file whole or not at all and
 * for the owner's eyes only (0600). `facts` is the text of `facts.json`, when the restored copy was observed.
 * `verdict.json` comes last: where it is, the rest is too. Returns the paths. Throws `E_EVIDENCE_WRITE`.
 */
export async function writeEvidence(
  record: RehearsalRecord,
  facts: string | Iterable<string> | null,
  folder: string,
): Promise<readonly string[]> {
  const files: readonly (readonly [name: string, content: string | Iterable<string>])[] = [
    ...(facts === null ? [] : [['facts.json', facts] as const]),
    ['backup-log.md', renderBackupLog(record)],
    ['junit.xml', renderJunit(record)],
    ['report.html', renderHtml(record)],
    ['verdict.json', renderJson(record)],
  ]
  await createFolder(folder)
  const paths: string[] = []
  for (const [name, content] of files) {
    const path = join(folder, name)
    await writeFileWhole(path, content)
    paths.push(path)
  }
  return paths
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Fault('E_EVIDENCE_WRITE', `cannot create ${folder}`, {
      hint: 'check the folder above it, its space and its permissions',
      cause,
    })
  }
}
