import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedNotice {
  readonly event: string
  readonly outcome: string
  readonly text: string
}

/** The team's channel: takes whatever is posted to it. */
export class Webhook implements AsyncDisposable {
  readonly #server: Server
  readonly received: ReceivedNotice[] = []

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        this.received.push(JSON.parse(body) as ReceivedNotice)
        response.end()
      })
    })
  }

  static async start(): Promise<Webhook> {
    const webhook = new Webhook()
    webhook.#server.listen(0, '127.0.0.1')
    await once(webhook.#server, 'listening')
    return webhook
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/s3cret`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
