import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DisposableServer } from '../../engine/index.ts'
import type { DumpFile } from '../restore-dumps.ts'
import { runTool, type ClientTools } from './client-tools.ts'
import { startServer } from './twins.ts'

/** A server with the two hard databases, `tricky` and `latin`, to dump from. */
export class DumpSource implements AsyncDisposable {
  readonly #server: DisposableServer
  readonly #tools: ClientTools
  readonly #folder: string
  #dumps = 0
  #roles: Promise<DumpFile> | null = null

  private constructor(server: DisposableServer, tools: ClientTools, folder: string) {
    this.#server = server
    this.#tools = tools
    this.#folder = folder
  }

  static async start(major: number, tools: ClientTools): Promise<DumpSource> {
    const folder = await mkdtemp(join(tmpdir(), 'dump-source-'))
    const source = new DumpSource(await startServer(major), tools, folder)
    await source.#load('postgres', 'tricky-roles.sql')
    for (const database of ['tricky', 'latin']) {
      await source.#server.createDatabase(database)
      await source.#load(database, `${database}-database.sql`)
    }
    return source
  }

  async #load(database: string, file: string): Promise<void> {
    const path = new URL(file, import.meta.url).pathname
    await this.psql(database, ['-f', path])
  }

  async psql(database: string, args: readonly string[]): Promise<void> {
    const strict = ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', database]
    await runTool(this.#tools, 'psql', [...strict, ...args], this.#server.address)
  }

  /** A dump as pg_dump writes it with these options. */
  async dump(database: string, options: readonly string[]): Promise<DumpFile> {
    return this.#write('pg_dump', ['-d', database, ...options])
  }

  async dumpAll(options: readonly string[]): Promise<DumpFile> {
    return this.#write('pg_dumpall', ['-l', 'postgres', ...options])
  }

  /** The roles, as pg_dumpall writes them: dumped once, for nothing here changes them. */
  async roles(): Promise<DumpFile> {
    this.#roles ??= this.dumpAll(['--roles-only'])
    return this.#roles
  }

  async #write(tool: 'pg_dump' | 'pg_dumpall', args: readonly string[]): Promise<DumpFile> {
    const { stdout } = await runTool(this.#tools, tool, args, this.#server.address)
    this.#dumps += 1
    const name = `dump-${this.#dumps}.sql`
    const path = join(this.#folder, name)
    await writeFile(path, stdout)
    return { path, name }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
