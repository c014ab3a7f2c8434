import { readFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import type { Session } from '../../postgres/index.ts'

export const password = 'c4nary-passw0rd'

/** A server that stands for one of the user's, with every statement in its log. */
export class StandIn implements AsyncDisposable {
  readonly server: DisposableServer
  readonly admin: Session
  #read = 0

  private constructor(server: DisposableServer, admin: Session) {
    this.server = server
    this.admin = admin
  }

  /** Servers with the same superuser are clones of one template: they share their system identifier. */
  static async start(superuser: string, major = 17): Promise<StandIn> {
    const need = { major, extensions: [], plainBytes: 1_000_000, superuser }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    const server = await embeddedEngine().start(need, options)
    const admin = await server.connect('postgres')
    await admin.query('CREATE ROLE rehearsal LOGIN CREATEDB CREATEROLE')
    await admin.query('CREATE ROLE reader LOGIN')
    await admin.query('CREATE DATABASE shop')
    await admin.query(`ALTER ROLE ALL SET log_statement = 'all'`)
    return new StandIn(server, admin)
  }

  get socket(): string {
    return this.server.address.host
  }

  url(user = 'rehearsal', database = 'postgres'): string {
    return `postgresql://${user}:${password}@localhost/${database}?host=${this.socket}`
  }

  async systemIdentifier(): Promise<string> {
    const [row] = await this.admin.query('SELECT system_identifier::text AS id FROM pg_control_system()')
    return row?.['id'] ?? ''
  }

  /** Roles and databases, with their comments, settings and memberships. */
  async inventory(): Promise<readonly string[]> {
    const rows = await this.admin.query(
      `SELECT 'role ' || rolname || coalesce((SELECT ' ' || rolpassword FROM pg_authid AS a WHERE a.oid = r.oid), '') || coalesce(': ' || shobj_description(oid, 'pg_authid'), '') AS what FROM pg_roles AS r
       UNION ALL SELECT 'database ' || datname || coalesce(': ' || shobj_description(oid, 'pg_database'), '')
         || coalesce(datacl::text, '') FROM pg_database
       UNION ALL SELECT 'file ' || name || ' ' || setting FROM pg_file_settings WHERE sourcefile ~ 'auto.conf'
       UNION ALL SELECT 'tablespace ' || spcname || coalesce(spcacl::text, '') || coalesce(spcoptions::text, '') FROM pg_tablespace
       UNION ALL SELECT 'parameter ' || parname FROM pg_parameter_acl
       UNION ALL SELECT 'setting ' || setdatabase || ' ' || setrole || ' ' || setconfig::text FROM pg_db_role_setting
       UNION ALL SELECT 'member ' || member::regrole || ' of ' || roleid::regrole FROM pg_auth_members ORDER BY 1`,
    )
    return rows.map(({ what }) => what ?? '')
  }

  /** Statements since the last look, of sessions with {@link writing} in them. */
  async statements(): Promise<readonly string[]> {
    const log = await readFile(join(dirname(this.socket), 'server.log'), 'utf8')
    const fresh = log.slice(this.#read)
    this.#read = log.length
    return fresh.split('\n').filter((line) => /LOG: {2}(?:statement|execute [^:]*): /.test(line))
  }

  async writes(): Promise<readonly string[]> {
    return (await this.statements()).filter((line) => writing.test(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin[Symbol.asyncDispose]()
    await this.server[Symbol.asyncDispose]()
  }
}

/** A statement of several may write in any of them. */
const writing =
  /[:;]\s*(?:create|alter|drop|insert|update|delete|truncate|grant|revoke|comment|copy|reindex|vacuum|merge|refresh|lock|reassign|security|do|call|import|cluster|notify|with)\b/i

/** A port of this machine that leads to a stand-in, as a port forward does, or a pooler. */
export class Forward implements AsyncDisposable {
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()

  private constructor(listener: Server) {
    this.#listener = listener
  }

  /** `dropsOptions`: what a pooler by transaction does with settings that a client brings along. */
  static async open(to: StandIn, host = '127.0.0.1', dropsOptions = false): Promise<Forward> {
    const listener = createServer()
    const forward = new Forward(listener)
    listener.on('connection', (near) => {
      const far = connect(join(to.socket, '.s.PGSQL.5432'))
      for (const socket of [near, far]) {
        forward.#sockets.add(socket)
        socket.on('error', () => {
          near.destroy()
          far.destroy()
        })
        socket.on('close', () => (socket === near ? far : near).destroy())
      }
      near.once('data', (first) => {
        far.write(dropsOptions ? withoutOptions(first) : first)
        near.pipe(far)
      })
      far.pipe(near)
    })
    await new Promise<void>((resolve) => listener.listen(0, host, resolve))
    return forward
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#listener.close(resolve))
  }
}

/** A start-up message: its length, the protocol, then names and values, each ended by a zero, and a zero. */
function withoutOptions(message: Buffer): Buffer {
  const words = message.subarray(8).toString('latin1').split('\0')
  const kept: string[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] !== '' && words[at] !== 'options') kept.push(words[at] ?? '', words[at + 1] ?? '')
  }
  const body = Buffer.from(`${kept.join('\0')}\0\0`, 'latin1')
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  message.copy(head, 4, 4, 8)
  return Buffer.concat([head, body])
}
