import {
  dailyProject,
  ManagementServer,
  type Query,
  type ServerOptions,
} from '../../fixtures/management-server/index.ts'
import type { Session } from '../../harness/postgres/index.ts'
import { rehearse, type Ended } from './command.ts'
import { Project } from './project.ts'
import { StandIn } from './stand-in.ts'

export const token = 'sbp_0123456789abcdef0123456789abcdef01234567'

/** Beside the tables of Storage, which tell how large it is. */
const storage = `
  CREATE SCHEMA storage;
  CREATE TABLE storage.objects (id integer, metadata jsonb);
  INSERT INTO storage.objects VALUES (1, '{"size": 3000000}'), (2, '{"size": 1024}'), (3, NULL);`

export interface Asked extends Ended {
  /** `GET /v1/projects/…`, in order. */
  readonly asked: readonly string[]
  readonly bodies: readonly unknown[]
}

/** A database whose platform can be asked about it, as `rehearse platform` does. */
export class PlatformProject implements AsyncDisposable {
  readonly #database: StandIn

  private constructor(database: StandIn) {
    this.#database = database
  }

  static async start(tables = ''): Promise<PlatformProject> {
    return new PlatformProject(await StandIn.start(`${tables}${storage}`))
  }

  get url(): string {
    return this.#database.url()
  }

  get session(): Session {
    return this.#database.session
  }

  /** As the platform does: read-only, and with a search path of its own. */
  readonly query: Query = async (text) => {
    await using session = await this.#database.connect()
    await session.query(`SET search_path = ''; SET default_transaction_read_only = on`)
    return await session.query(text)
  }

  async serve(options: Partial<ServerOptions> = {}): Promise<ManagementServer> {
    return ManagementServer.start({ project: dailyProject(new Date()), token, query: this.query, ...options })
  }

  /** `rehearse platform …` in a folder of its own. */
  async ask(options: Partial<ServerOptions>, ...args: readonly string[]): Promise<Asked> {
    await using project = await Project.small()
    await using platform = await this.serve(options)
    const ended = await rehearse(['platform', ...args], { cwd: project.folder, env: { ...platform.environment } })
    return { ...ended, asked: platform.asked, bodies: platform.bodies }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }
}
