import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

type SignedRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/**
 * Whether a request is signed with that secret (AWS Signature Version 4, in its header), body included. The path and
 * the query are taken as they were sent: s3rver drops a path's last slash before it computes, and so refuses listings.
 */
export function isSigned(asked: SignedRequest, body: Buffer, secret: string): boolean {
  const { authorization = '', 'x-amz-date': time, 'x-amz-content-sha256': bodyDigest } = asked.headers
  const [, scope = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=[^/,]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? []
  if (signature === '' || bodyDigest !== digestOf(body)) return false
  const names = signed.split(';')
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name))) return false
  const [path = '', query = ''] = (asked.url ?? '').split('?')
  const canonical = [
    asked.method,
    path,
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${String(asked.headers[name])}`),
    '',
    signed,
    bodyDigest,
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, digestOf(canonical)].join('\n')
  let key: string | Buffer = `AWS4${secret}`
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  return createHmac('sha256', key).update(toSign).digest('hex') === signature
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
