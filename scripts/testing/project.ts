import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copySet } from '../../fixtures/breaking/copy-set.ts'
import { readRecord, type RehearsalRecord } from '../../harness/report/index.ts'
import { smallDump } from './small-dump.ts'

const recorded = fileURLToPath(new URL('../../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))

/** A user's project in a folder of its own. */
export class Project implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async empty(prefix = 'rehearsal-test-'): Promise<Project> {
    return new Project(await mkdtemp(join(tmpdir(), prefix)))
  }

  /** With a recorded backup set of a Supabase project and its baseline: GO, as long as no spec objects. */
  static async recorded(prefix?: string): Promise<Project> {
    const project = await Project.empty(prefix)
    await copySet(recorded, join(project.folder, 'backups/2026-11-08-pg17'))
    return project
  }

  /** With a dump of one table, and a config that asks for no baseline: restored in a moment. */
  static async small(more = ''): Promise<Project> {
    const project = await Project.empty()
    await project.write('dump.sql', smallDump(more))
    await project.write(
      'rehearsal.config.ts',
      `export default { project: 'shop', backup: { path: './dump.sql' }, parity: 'not-required' }\n`,
    )
    return project
  }

  async write(name: string, content: string): Promise<string> {
    const path = this.path(name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    return path
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  async record(out = '.rehearsal/latest'): Promise<RehearsalRecord> {
    return readRecord(await readFile(this.path(join(out, 'verdict.json')), 'utf8'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
