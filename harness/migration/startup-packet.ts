import type { Socket } from 'node:net'
import { once } from 'node:events'

/* The beginning of a connection, as "Message Formats" of PostgreSQL's documentation has it (protocol 3). */

/** As the server itself bounds it. */
const longestPacket = 10_000
const cancelCode = 80_877_102
const encryptionCodes: ReadonlySet<number> = new Set([80_877_103, 80_877_104])

export type Opening =
  | { readonly kind: 'session'; readonly packet: Buffer; readonly database: string }
  | { readonly kind: 'cancel'; readonly packet: Buffer }

/** Reads what a client opens with; a wish for encryption is answered with "no". Null: it is no client of Postgres. */
export async function readOpening(socket: Socket): Promise<Opening | null> {
  for (;;) {
    const packet = await readPacket(socket)
    if (packet === null || packet.length < 8) return null
    const code = packet.readInt32BE(4)
    if (encryptionCodes.has(code)) socket.write('N')
    else if (code === cancelCode) return { kind: 'cancel', packet }
    else if (code >>> 16 === 3) return { kind: 'session', packet, database: databaseOf(packet) }
    else return null
  }
}

/** Asks for the password, and reads it. Null: the client went, or sent something else. */
export async function askPassword(socket: Socket): Promise<string | null> {
  socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
  const type = await readExactly(socket, 1)
  if (type === null || type[0] !== 0x70) return null
  const packet = await readPacket(socket)
  return packet === null ? null : packet.subarray(4, -1).toString('utf8')
}

/** The server's way of saying no. */
export function fatalError(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

/** A length and what it counts, itself included. */
async function readPacket(socket: Socket): Promise<Buffer | null> {
  const head = await readExactly(socket, 4)
  if (head === null) return null
  const length = head.readInt32BE(0)
  if (length < 4 || length > longestPacket) return null
  const rest = length === 4 ? Buffer.alloc(0) : await readExactly(socket, length - 4)
  return rest === null ? null : Buffer.concat([head, rest])
}

/** Leaves whatever comes after them in the socket. Null: it ended before. */
async function readExactly(socket: Socket, bytes: number): Promise<Buffer | null> {
  for (;;) {
    const chunk = socket.read(bytes) as Buffer | null
    if (chunk !== null) return chunk.length === bytes ? chunk : null
    if (socket.readableEnded || socket.destroyed) return null
    await news(socket)
  }
}

/** There is more to read, or there will be no more. */
async function news(socket: Socket): Promise<void> {
  const over = new AbortController()
  const heard = ['readable', 'end', 'close'].map((event) => once(socket, event, { signal: over.signal }))
  await Promise.race(heard).finally(() => {
    over.abort()
    for (const other of heard) other.catch(() => {})
  })
}

/** The user's name where no database is named, as the server has it. */
function databaseOf(packet: Buffer): string {
  const words = packet.subarray(8).toString('utf8').split('\0')
  const valueOf = (name: string): string | undefined => {
    for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === name) return words[at + 1]
    return undefined
  }
  return valueOf('database') ?? valueOf('user') ?? ''
}
