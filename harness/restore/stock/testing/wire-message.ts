/** A message as it passes between client and server; without a letter, a client's first. */
export function wireMessage(kind: string, body: string): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(Buffer.byteLength(body) + 4)
  return Buffer.concat([Buffer.from(kind), head, Buffer.from(body)])
}
