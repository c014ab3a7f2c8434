import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What the line does, from now on, to every connection. */
export type LineFault = 'none' | 'cut' | 'silent'

/** OpenSSH's own server with its own key, on a port of ours, behind a line that can be cut. */
export class TestSshd implements AsyncDisposable {
  /** Cut or silent once so many bytes have come from us. */
  fault: LineFault = 'none'
  afterBytes = 0
  /** Likewise, once so many have been given to us; 0: never. */
  afterGivenBytes = 0
  /** Bytes given to us, on all connections. */
  given = 0
  /** Connections that the fault meets. */
  times = 0
  readonly folder: string
  readonly privateKey: string
  readonly hostKey: string
  readonly #daemon: ChildProcess
  readonly #line: Server
  readonly #sockets = new Set<Socket>()

  private constructor(folder: string, port: number, daemon: ChildProcess, keys: { host: string; user: string }) {
    this.folder = folder
    this.#daemon = daemon
    this.hostKey = keys.host
    this.privateKey = keys.user
    // As a line has it: what is small is passed on at once, and does not wait for an answer to what went before.
    this.#line = createServer({ noDelay: true }, (socket) => this.#pass(socket, port))
  }

  static async start(): Promise<TestSshd> {
    const folder = await mkdtemp(join(tmpdir(), 'sshd-'))
    const at = (name: string): string => join(folder, name)
    for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)])
    await mkdir(at('files'), { mode: 0o700 })
    await writeFile(at('authorized'), await readFile(at('user.pub')), { mode: 0o600 })
    // Separates its privileges there, and does not make it itself.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
    const port = await freePort()
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      `PidFile ${at('pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
      'ForceCommand internal-sftp',
    ]
    await writeFile(at('config'), `${config.join('\n')}\n`)
    const daemon = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('config')], { stdio: 'ignore' })
    const print = execFileSync('ssh-keygen', ['-lf', at('host.pub')], { encoding: 'utf8' })
    const host = /SHA256:\S+/.exec(print)?.[0] ?? ''
    const server = new TestSshd(folder, port, daemon, { host, user: await readFile(at('user'), 'utf8') })
    await answers(port)
    await new Promise<void>((resolve) => {
      server.#line.listen(0, '127.0.0.1', resolve)
    })
    return server
  }

  /** The place, as a user names it; the plus signs of a digest are written as they are in URLs. */
  place(hostKey = this.hostKey): string {
    const { port } = this.#line.address() as AddressInfo
    const words = `hostkey=${encodeURIComponent(hostKey)}&key=env:SFTP_KEY`
    return `sftp://${userInfo().username}@127.0.0.1:${port}${join(this.folder, 'files')}?${words}`
  }

  /** Connections that are open. */
  get open(): number {
    return [...this.#sockets].filter((socket) => !socket.destroyed).length
  }

  get environment(): Record<string, string> {
    return { SFTP_KEY: this.privateKey }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => {
      this.#line.close(() => resolve())
    })
    const ended = new Promise<void>((resolve) => {
      this.#daemon.once('exit', () => resolve())
    })
    if (this.#daemon.exitCode === null) {
      this.#daemon.kill()
      await ended
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  #pass(near: Socket, port: number): void {
    const far = connect({ port, host: '127.0.0.1', noDelay: true })
    const isMet = this.fault !== 'none' && this.times-- > 0
    const { fault, afterBytes, afterGivenBytes } = this
    let sent = 0
    let given = 0
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      sent += bytes.length
      if (!isMet || afterGivenBytes > 0 || sent < afterBytes) far.write(bytes)
      else if (fault === 'cut') near.resetAndDestroy()
    })
    far.on('data', (bytes) => {
      given += bytes.length
      this.given += bytes.length
      if (!isMet || afterGivenBytes === 0 || given < afterGivenBytes) near.write(bytes)
      else if (fault === 'cut') near.resetAndDestroy()
    })
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve)
  })
  const { port } = probe.address() as AddressInfo
  await new Promise<void>((resolve) => {
    probe.close(() => resolve())
  })
  return port
}

async function answers(port: number): Promise<void> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isUp) return
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  throw new Error('sshd does not answer')
}
