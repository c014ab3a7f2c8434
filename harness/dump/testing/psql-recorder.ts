import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** psql's major version, null where it is not installed. Before 15 it cut comments out of what it sent. */
export function psqlMajor(): number | null {
  const { stdout } = spawnSync('psql', ['--version'], { encoding: 'utf8' })
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1]
  return major === undefined ? null : Number(major)
}

/**
 * What psql sends to a server when it is given a script: the texts of its queries and the rows of its COPYs. No server is
 * behind it: every query is answered with success, because only psql's own way of splitting is of interest.
 */
export async function recordPsql(script: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'psql-recorder-'))
  const sent: string[] = []
  const server = createServer((socket) => answer(socket, sent))
  try {
    await writeFile(join(folder, 'script.sql'), script)
    await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve))
    const psql = spawn(
      'psql',
      ['-X', '-q', '-f', join(folder, 'script.sql'), '-h', folder, '-p', '5432', '-U', 'x', '-d', 'x'],
      {
        env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
        stdio: 'ignore',
      },
    )
    await new Promise<void>((resolve, reject) => {
      psql.on('error', reject)
      psql.on('close', () => resolve())
    })
    return sent
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function answer(socket: Socket, sent: string[]): void {
  let pending = Buffer.alloc(0)
  let isStarted = false
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      const header = isStarted ? 5 : 4
      if (pending.length < header) return
      const length = pending.readInt32BE(header - 4) + header - 4
      if (pending.length < length) return
      const type = isStarted ? pending.toString('latin1', 0, 1) : 'startup'
      const body = Buffer.from(pending.subarray(header, length))
      pending = pending.subarray(length)
      if (type === 'startup' && body.readInt32BE(0) !== 196_608) {
        // A request for TLS or GSS encryption, asked again in the clear.
        socket.write('N')
        continue
      }
      isStarted = true
      socket.write(reply(type, body, sent))
    }
  })
}

function reply(type: string, body: Buffer, sent: string[]): Buffer {
  const ready = message('Z', Buffer.from('I'))
  if (type === 'startup') {
    const settings = { server_version: '15.18', client_encoding: 'UTF8', standard_conforming_strings: 'on' }
    return Buffer.concat([
      message('R', Buffer.alloc(4)),
      ...Object.entries(settings).map(([name, value]) => setting(name, value)),
      ready,
    ])
  }
  if (type === 'd') {
    sent[sent.length - 1] += body.toString()
    return Buffer.alloc(0)
  }
  if (type === 'c' || type === 'f') return Buffer.concat([message('C', Buffer.from('COPY 0\0')), ready])
  if (type !== 'Q') return Buffer.alloc(0)
  const text = body.toString('utf8', 0, body.length - 1)
  sent.push(text)
  if (/^copy\b[^;]*\bfrom\s+stdin\b/i.test(text)) {
    sent.push('')
    return message('G', Buffer.from([0, 0, 0]))
  }
  const strings = /^set standard_conforming_strings = (on|off)/i.exec(text)?.[1]
  return Buffer.concat([
    ...(strings === undefined ? [] : [setting('standard_conforming_strings', strings)]),
    message('C', Buffer.from('SET\0')),
    ready,
  ])
}

function setting(name: string, value: string): Buffer {
  return message('S', Buffer.from(`${name}\0${value}\0`))
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
