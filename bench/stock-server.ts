import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultCacheFolder, isRoot, openCache } from '../harness/engine/cache.ts'
import { findBinaries } from '../harness/engine/embedded/find-binaries.ts'
import { installBinaries } from '../harness/engine/embedded/install-binaries.ts'
import { runProgram } from '../harness/engine/embedded/run-program.ts'
import { connect, type ServerAddress } from '../harness/postgres/index.ts'

const nobody = 65_534

/** A server of the same binaries with the settings that Postgres comes with, in the same kind of place as ours. */
export class StockServer implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #address: ServerAddress
  readonly #folder: string

  private constructor(child: ChildProcess, address: ServerAddress, folder: string) {
    this.#child = child
    this.#address = address
    this.#folder = folder
  }

  static async start(parent: string): Promise<StockServer> {
    const [binaries] = await findBinaries()
    if (!binaries) throw new Error('no embedded PostgreSQL is installed')
    const bin = join(await installBinaries(await openCache(defaultCacheFolder()), binaries), 'bin')
    // Postgres refuses root, and initdb a uid without a name.
    const ids = isRoot() ? { uid: nobody, gid: nobody } : {}
    const folder = join(parent, 'stock')
    const data = join(folder, 'data')
    await chmod(parent, 0o711)
    await mkdir(folder, { mode: 0o700 })
    if (isRoot()) await chown(folder, nobody, nobody)
    const made = await runProgram(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '--no-sync', '--locale=C', '--encoding=UTF8'],
      { ...ids, cwd: folder },
    )
    if (made.code !== 0) throw new Error(`initdb ended with ${String(made.code)}: ${made.output}`)
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`],
      {
        ...ids,
        cwd: folder,
        env: {},
        stdio: 'ignore',
      },
    )
    const address = { host: folder, port: 5432, user: 'postgres' }
    const server = new StockServer(child, address, folder)
    for (let tries = 0; tries < 500; tries += 1) {
      if (await answers(address)) return server
      await sleep(20)
    }
    await server[Symbol.asyncDispose]()
    throw new Error('the server with default settings does not answer')
  }

  /** Where it is, as arguments of psql. */
  get connection(): readonly string[] {
    return ['-h', this.#address.host, '-U', this.#address.user, '-d', 'postgres']
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.exitCode === null && this.#child.kill('SIGINT')) await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function answers(address: ServerAddress): Promise<boolean> {
  try {
    const session = await connect(address, 'postgres')
    await session[Symbol.asyncDispose]()
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}
