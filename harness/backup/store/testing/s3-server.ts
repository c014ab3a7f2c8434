import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSigned } from './check-signature.ts'

/** What the way to the server does to one request; without a name it passes. */
export type FaultName =
  | 'reset'
  | 'reset after'
  | 'unavailable'
  | 'broken'
  | 'forbidden'
  | 'flip sent'
  | 'flip kept'
  | 'flip read'
  | 'short read'
  | 'long read'
  | 'stall'

/** Which requests a fault meets; `times` of them. */
export interface PlannedFault {
  readonly fault: FaultName
  readonly method: string
  readonly path: RegExp
  times: number
}

interface RunningS3 {
  run(): Promise<AddressInfo>
  close(): Promise<void>
}

/**
 * An S3 server (s3rver) behind a proxy of ours that does the faults, and what s3rver does not, or not rightly: it refuses
 * a request whose signature does not fit, and a body that does not fit its `x-amz-checksum-sha256`; and it knows
 * `If-None-Match: *`, and `If-Match` of what is removed. Neither has versions, retention or the delays of real storage.
 */
export class FaultyS3 implements AsyncDisposable {
  readonly plan: PlannedFault[] = []
  readonly asked: string[] = []
  /** Which parts of files were asked for, and given. */
  readonly ranges: string[] = []
  /** As servers are that don't know conditional writes. */
  knowsConditions = true
  /** As servers are that give the whole of what is asked for in part. */
  knowsRanges = true
  /** What another does between a request to remove something and its being done; once. */
  beforeDelete: (() => Promise<void>) | null = null
  /** What another does once an answer was cut short; once. */
  afterShortRead: (() => Promise<void>) | null = null
  readonly #keys = new Set<string>()
  readonly #folder: string
  readonly #upstream: RunningS3
  readonly #port: number
  readonly #proxy: Server

  private constructor(folder: string, upstream: RunningS3, port: number) {
    this.#folder = folder
    this.#upstream = upstream
    this.#port = port
    this.#proxy = createServer((asked, answer) => {
      this.#pass(asked, answer).catch(() => answer.destroy())
    })
  }

  static async start(): Promise<FaultyS3> {
    const folder = await mkdtemp(join(tmpdir(), 's3-'))
    // It has no types.
    const name = '@20minutes/s3rver'
    const module = (await import(name)) as { readonly default: new (options: object) => RunningS3 }
    const upstream = new module.default({
      port: 0,
      address: '127.0.0.1',
      silent: true,
      // Signatures are checked by the proxy: this server refuses a right one of a listing.
      allowMismatchedSignatures: true,
      directory: folder,
      configureBuckets: [{ name: 'backups', configs: [] }],
    })
    const { port } = await upstream.run()
    const server = new FaultyS3(folder, upstream, port)
    await new Promise<void>((resolve) => {
      server.#proxy.listen(0, '127.0.0.1', resolve)
    })
    return server
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`
  }

  get place(): string {
    return `s3://backups/prod?endpoint=${encodeURIComponent(this.endpoint)}`
  }

  readonly environment = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' }

  meets(fault: FaultName, method: string, path: RegExp, times = 1): void {
    this.plan.push({ fault, method, path, times })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.closeAllConnections()
    await new Promise<void>((resolve) => {
      this.#proxy.close(() => resolve())
    })
    await this.#upstream.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '' } = asked
    this.asked.push(`${method} ${url}`)
    const planned = this.plan.find((item) => item.times > 0 && item.method === method && item.path.test(url))
    if (planned) planned.times -= 1
    const fault = planned?.fault ?? null
    const key = decodeURIComponent(url.split('?')[0] ?? '')
    let body: Buffer = Buffer.concat(await asked.toArray())
    if (!isSigned(asked, body, this.environment.AWS_SECRET_ACCESS_KEY)) {
      return refuse(answer, 403, 'SignatureDoesNotMatch')
    }
    if (fault === 'reset') return void asked.socket.resetAndDestroy()
    if (fault === 'stall') return
    if (fault === 'unavailable') return refuse(answer, 503, 'SlowDown')
    if (fault === 'broken') return refuse(answer, 500, 'InternalError')
    if (fault === 'forbidden') return refuse(answer, 403, 'AccessDenied')
    if (fault === 'flip sent') body = flipped(body)
    const digest = asked.headers['x-amz-checksum-sha256']
    if (digest !== undefined && digest !== createHash('sha256').update(body).digest('base64')) {
      return refuse(answer, 400, 'BadDigest')
    }
    if (fault === 'flip kept') body = flipped(body)
    const isConditional = this.knowsConditions && asked.headers['if-none-match'] === '*'
    if (isConditional && this.#keys.has(key)) return refuse(answer, 412, 'PreconditionFailed')
    if (method === 'PUT' && isConditional) this.#keys.add(key)
    const meanwhile = method === 'DELETE' ? this.beforeDelete : null
    if (meanwhile) this.beforeDelete = null
    await meanwhile?.()
    const expected = this.knowsConditions && method !== 'HEAD' ? asked.headers['if-match'] : undefined
    if (expected !== undefined && (await this.#forward(asked, body, 'HEAD')).headers['etag'] !== expected) {
      return refuse(answer, 412, 'PreconditionFailed')
    }
    const { status, headers, content } = await this.#forward(asked, body)
    if (status === 206) this.ranges.push(asked.headers.range ?? '')
    if (status < 300 && method === 'PUT' && !url.includes('partNumber')) this.#keys.add(key)
    if (status < 300 && method === 'POST' && url.includes('uploadId')) this.#keys.add(key)
    if (method === 'DELETE') this.#keys.delete(key)
    if (fault === 'reset after') return void asked.socket.resetAndDestroy()
    const given =
      fault === 'flip read' ? flipped(content) : fault === 'long read' ? Buffer.concat([content, content]) : content
    if (fault === 'long read') headers['content-length'] = String(given.length)
    answer.writeHead(status, headers)
    if (fault !== 'short read') return void answer.end(given)
    const then = this.afterShortRead
    this.afterShortRead = null
    answer.write(given.subarray(0, given.length / 2))
    await then?.()
    // Time for the first half to arrive.
    setTimeout(() => asked.socket.destroy(), 100)
  }

  async #forward(asked: IncomingMessage, body: Buffer, method = asked.method) {
    return new Promise<{ status: number; headers: Record<string, string>; content: Buffer }>((resolve, reject) => {
      // What it was signed for stays; conditions are judged here.
      const { 'if-match': _, range, ...others } = asked.headers
      const headers = this.knowsRanges && range !== undefined ? { ...others, range } : others
      const { url: path } = asked
      const onward = request({ host: '127.0.0.1', port: this.#port, method, path, headers }, (got) => {
        got.toArray().then((chunks: Buffer[]) => {
          const kept = Object.entries(got.headers).flatMap(([name, value]) =>
            typeof value === 'string' && name !== 'transfer-encoding' ? [[name, value] as const] : [],
          )
          resolve({ status: got.statusCode ?? 500, headers: Object.fromEntries(kept), content: Buffer.concat(chunks) })
        }, reject)
      })
      onward.on('error', reject)
      onward.end(body)
    })
  }
}

function refuse(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status, { 'content-type': 'application/xml' })
  answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  const at = Math.floor(copy.length / 2)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
