import { access, constants, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../core/index.ts'

/** What a rehearsal leaves in its folder. */
const names = [
  'verdict.json',
  'report.html',
  'junit.xml',
  'backup-log.md',
  'facts.json',
  'baseline.json',
  'migration.log',
] as const

/**
 * Makes the folder of the evidence before the long work begins: what can't be proven afterwards need not start. What an
 * earlier rehearsal left there goes: this one may be killed, and then no old GO may stand in its place. Throws
 * `E_EVIDENCE_WRITE`.
 */
export async function prepareEvidence(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK | constants.X_OK)
    for (const name of names) await rm(join(folder, name), { force: true })
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Fault('E_EVIDENCE_WRITE', `the evidence can't be written into ${folder}${why}`, {
      hint: 'name another folder with --out, or give yourself the right to write there',
      cause,
    })
  }
}
