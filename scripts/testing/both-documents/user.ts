import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { silentProgress } from '../../../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../../harness/engine/index.ts'
import { runTool, type ClientTools } from '../../../harness/restore/testing/client-tools.ts'
import chakaiConfig from '../../../fixtures/chakai/rehearsal.config.ts'
import edupathConfig from '../../../fixtures/edupath/rehearsal.config.ts'
import { rehearse, type Ended } from '../command.ts'
import { Project } from '../project.ts'
import type { Sample } from './types.ts'
import { Webhook } from './webhook.ts'
import { Writers } from './writers.ts'

const fixtures = new URL('../../../fixtures/', import.meta.url)
const clock = new URL('move-clock.mjs', import.meta.url)
const configs = { chakai: chakaiConfig, edupath: edupathConfig }
export const password = 'c4nary-passw0rd'

/** Whoever follows a document: a project, its production that is written to, and the command. */
export class User implements AsyncDisposable {
  readonly project: Project
  readonly team: Webhook
  readonly sample: Sample
  readonly #env: Record<string, string>
  #production: DisposableServer
  #writers: Writers | null = null
  #rescue: Rescue | null = null
  /** The last set that was taken. */
  set = ''
  /** What the command takes for now: so far from it. */
  movedMs = 0

  private constructor(sample: Sample, project: Project, team: Webhook, production: DisposableServer) {
    this.sample = sample
    this.project = project
    this.team = team
    this.#production = production
    this.#env = {
      DATABASE_URL: urlOf(production, sample.name),
      HOOK: team.url,
      REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '',
      REHEARSAL_PLAINTEXT: project.folder,
    }
  }

  /** With production up and written to, and nothing in the project's folder. */
  static async arrive(sample: Sample, tools: ClientTools): Promise<User> {
    const project = await Project.empty(`rehearsal-${sample.name}-`)
    const production = await startServer()
    const user = new User(sample, project, await Webhook.start(), production)
    try {
      await production.createDatabase(sample.name)
      const psql = async (file: string, ...flags: readonly string[]) =>
        runTool(
          tools,
          'psql',
          ['-Xqd', sample.name, ...flags, '-f', new URL(file, fixtures).pathname],
          production.address,
        )
      if (sample.roles !== undefined) await psql(sample.roles)
      for (const file of sample.files) await psql(file, '-v', 'ON_ERROR_STOP=1', '--single-transaction')
      await user.beginWriting()
      return user
    } catch (thrown) {
      await user[Symbol.asyncDispose]()
      throw thrown
    }
  }

  /** The sample's own config and specs in the place of what `init` wrote. */
  async writeConfig(): Promise<void> {
    const { name } = this.sample
    const { sizes, ...sample } = configs[name]
    // The samples' own sets are plain text, those of `backup` are packed.
    const packed = { ...sizes, minBytes: '100kB' }
    const config = { ...sample, sizes: packed, backup: { path: './backups' }, notify: { webhook: 'env:HOOK' } }
    await this.project.write('rehearsal.config.ts', `export default ${JSON.stringify(config, null, 2)}\n`)
    await cp(new URL(`${name}/specs`, fixtures), this.project.path('specs'), { recursive: true })
    for (const file of await readdir(this.project.path('specs'))) {
      const text = await readFile(this.project.path(`specs/${file}`), 'utf8')
      await this.project.write(`specs/${file}`, text.replace('../../../harness/vitest/index.ts', 'pg-rehearsal/vitest'))
    }
  }

  async types(args: readonly string[]): Promise<Ended> {
    const moved = { NODE_OPTIONS: `--import=${clock.href}`, MOVED_MS: String(this.movedMs) }
    const env = { ...this.#env, ...(this.movedMs === 0 ? {} : moved) }
    const ended = await rehearse(args, { cwd: this.project.folder, env })
    expect(ended.stdout + ended.stderr).not.toContain(password)
    return ended
  }

  /** Types a command that has to end so, and answers with what it prints. Words with spaces go into an array. */
  async gets(code: number, line: string, ...more: readonly string[]): Promise<string> {
    const { code: was, stdout, stderr } = await this.types([...line.split(' '), ...more])
    const said = was === code ? '' : stdout + stderr
    expect([line, was, said]).toEqual([line, code, ''])
    return stdout + stderr
  }

  async does(line: string, ...more: readonly string[]): Promise<string> {
    return this.gets(0, line, ...more)
  }

  /** Another variable of the shell. */
  exports(name: string, value: string): void {
    this.#env[name] = value
  }

  async backsUp(line = '', ...more: readonly string[]): Promise<string> {
    const said = await this.does(`backup --from env:DATABASE_URL --json${line}`, ...more)
    this.set = (JSON.parse(said.slice(0, said.lastIndexOf('}') + 1)) as { path: string }).path
    return this.set
  }

  async asks(sql: string, database: string = this.sample.name): Promise<readonly Record<string, string | null>[]> {
    await using session = await (this.#rescue?.server ?? this.#production).connect(database)
    return await session.query(sql)
  }

  async beginWriting(): Promise<void> {
    this.#writers = await Writers.start(this.#production, this.sample.name, this.sample.writers)
  }

  /** How many statements went through while that was done. */
  async whileWritten(work: () => Promise<unknown>): Promise<number> {
    const before = this.#writers?.written ?? 0
    await work()
    return (this.#writers?.written ?? 0) - before
  }

  async stopsWriting(): Promise<void> {
    await this.#writers?.[Symbol.asyncDispose]()
    this.#writers = null
  }

  /** The server is stopped and its folder is gone: what is left is what was backed up. */
  async losesProduction(): Promise<void> {
    const folder = dirname(this.#production.address.host)
    await this.stopsWriting()
    await this.#production[Symbol.asyncDispose]()
    expect(existsSync(folder)).toBe(false)
  }

  /** Restores the last set, or a part of it, into a database of another server, which is made if it isn't there. */
  async bringsBack(database: string, ...flags: readonly string[]): Promise<void> {
    if (this.#rescue === null) this.#rescue = await startRescue()
    const known = await this.asks('SELECT datname FROM pg_catalog.pg_database', 'postgres')
    if (!known.some(({ datname }) => datname === database)) await this.#rescue.server.createDatabase(database)
    this.#env['TARGET_URL'] = urlOf(this.#rescue.server, database)
    const into = ['--to', 'env:TARGET_URL', '--production', 'env:DATABASE_URL', '--yes', database]
    await this.does('restore', this.set, ...into, ...flags)
  }

  /** What was brought back is production from now on, and is written to. */
  async switchesOver(): Promise<void> {
    if (this.#rescue === null) throw new TypeError('there is nothing to switch over to')
    this.#production = this.#rescue.server
    this.#env['DATABASE_URL'] = urlOf(this.#production, this.sample.name)
    await this.beginWriting()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopsWriting()
    await this.#rescue?.server[Symbol.asyncDispose]()
    if (this.#rescue) await rm(this.#rescue.cacheFolder, { recursive: true, force: true })
    await this.#production[Symbol.asyncDispose]()
    await this.team[Symbol.asyncDispose]()
    await this.project[Symbol.asyncDispose]()
  }
}

interface Rescue {
  readonly server: DisposableServer
  readonly cacheFolder: string
}

/** Servers out of one cache are clones of each other, and taken for one: this one has a cache of its own. */
async function startRescue(): Promise<Rescue> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'rehearsal-rescue-'))
  await chmod(cacheFolder, 0o755)
  return { server: await startServer(cacheFolder), cacheFolder }
}

async function startServer(cacheFolder?: string): Promise<DisposableServer> {
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  const engine = embeddedEngine(cacheFolder === undefined ? {} : { cacheFolder })
  return engine.start(need, { signal: new AbortController().signal, progress: silentProgress })
}

/** The server asks for no password: whether ours stays ours is seen in what is printed. */
function urlOf({ address }: DisposableServer, database: string): string {
  return `postgresql://postgres:${password}@localhost/${database}?host=${address.host}`
}
