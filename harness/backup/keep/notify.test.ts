import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Fault, Secret } from '../../core/index.ts'
import { resolveWebhook, sendNotice, type Notice } from './notify.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

type Answer = (request: IncomingMessage, response: ServerResponse, body: string, attempt: number) => void

async function webhookThat(answer: Answer): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      answer(request, response, body, bodies.length)
    })
    request.on('error', () => undefined)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/s3cret`, bodies }
}

const notice: Notice = {
  event: 'rehearsal',
  outcome: 'GO',
  project: 'shop',
  text: 'shop: the rehearsal of 2026-03-10 says GO',
  set: { id: 'a', name: '2026-03-10', createdAt: '2026-03-10T02:00:00.000Z' },
  finishedAt: '2026-03-10T12:00:00.000Z',
  durationMs: 1_200,
}
const quick = { timeoutMs: 5_000, pauseMs: 1 }

async function faultOf(url: string, body: Notice = notice, timeoutMs = quick.timeoutMs): Promise<Fault> {
  const thrown = await sendNotice(new Secret(url, 'env:HOOK'), body, { ...quick, timeoutMs }).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Fault)) throw new Error('no fault was thrown', { cause: thrown })
  return thrown
}

describe('a notice', () => {
  test('arrives once, as JSON', async () => {
    const types: (string | undefined)[] = []
    const { url, bodies } = await webhookThat((request, response) => {
      types.push(`${request.method} ${request.headers['content-type']}`)
      response.end('ok')
    })
    await sendNotice(new Secret(url, 'env:HOOK'), notice, quick)
    expect(types).toEqual(['POST application/json'])
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { kind: 'rehearse-notice', version: 1, ...notice },
    ])
  })

  test('carries no credential, whatever the texts hold', async () => {
    const { url, bodies } = await webhookThat((_, response) => void response.end())
    const text = 'failed: postgres://app:hunter2@db.example.com/app and password=hunter2\u001b[31m'
    const set = { id: 'postgres://a:hunter2@h/d', name: 'password: hunter2', createdAt: null }
    await sendNotice(new Secret(url, 'env:HOOK'), { ...notice, text, set, project: 'p token=hunter2' }, quick)
    expect(bodies[0]).toContain('db.example.com')
    expect(bodies[0]).not.toMatch(/hunter2|\\u001b/)
  })

  test('that a service drops politely has not arrived', async () => {
    const { url, bodies } = await webhookThat((_, response) => {
      response.end('{"ok":false,"error":"channel_not_found"}')
    })
    expect((await faultOf(url)).message).toContain('it did not take the notice (channel_not_found)')
    expect(bodies).toHaveLength(1)
    const { url: other } = await webhookThat((_, response, body) => {
      response.end(JSON.stringify({ ok: false, error: body }))
    })
    expect((await faultOf(other)).message).toMatch(/it did not take the notice$/)
  })

  test.each(['ok', '{"ok":true}', '{"ok":fal', `{"a":"${'x'.repeat(40_000)}","ok":false}`, '[false]'])(
    'has arrived, whatever else a 200 says (%#)',
    async (answer) => {
      const { url, bodies } = await webhookThat((_, response) => void response.end(answer))
      await sendNotice(new Secret(url, 'env:HOOK'), notice, quick)
      expect(bodies).toHaveLength(1)
    },
  )

  test('has arrived where the answer breaks off after its head, and is not sent again', async () => {
    const { url, bodies } = await webhookThat((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{')
      setTimeout(() => response.destroy(), 20)
    })
    await sendNotice(new Secret(url, 'env:HOOK'), notice, quick)
    expect(bodies).toHaveLength(1)
  })

  test.each([500, 503, 429])('is sent a second time after a %i, and no third', async (status) => {
    const { url, bodies } = await webhookThat((_, response, __, attempt) => {
      response.statusCode = attempt === 1 ? status : 204
      response.end()
    })
    await sendNotice(new Secret(url, 'env:HOOK'), notice, quick)
    expect(bodies).toHaveLength(2)
    const down = await webhookThat((_, response) => void response.writeHead(status).end('secret words'))
    const fault = await faultOf(down.url)
    expect(fault.message).toBe(
      `the team was not told: the webhook env:HOOK failed, it answered ${status}, at the second attempt too`,
    )
    expect(down.bodies).toHaveLength(2)
  })

  test.each([400, 404, 410])('is not sent again after a %i', async (status) => {
    const { url, bodies } = await webhookThat((_, response) => void response.writeHead(status).end())
    expect((await faultOf(url)).message).toContain(`it answered ${status}`)
    expect(bodies).toHaveLength(1)
  })

  test('that is not answered in time, cut off, or refused has not arrived', async () => {
    const slow = await webhookThat(() => undefined)
    const { message } = await faultOf(slow.url, notice, 200)
    expect(message).toContain('it did not answer within 200 ms, at the second attempt too')
    const reset = await webhookThat((request) => void request.socket.resetAndDestroy())
    expect((await faultOf(reset.url)).message).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
    const gone = await webhookThat((_, response) => void response.end())
    const [server] = servers.splice(-1)
    await new Promise((resolve) => server?.close(resolve))
    expect((await faultOf(gone.url)).message).toContain('ECONNREFUSED')
    for (const { url } of [slow, reset, gone]) {
      const fault = await faultOf(url, notice, 200)
      expect(`${fault.message} ${fault.stack} ${fault.hint} ${String(fault.cause)}`).not.toContain('s3cret')
    }
  })

  test('does not follow a redirect', async () => {
    const other = await webhookThat((_, response) => void response.end())
    const { url } = await webhookThat((_, response) => void response.writeHead(307, { location: other.url }).end())
    expect((await faultOf(url)).message).toContain('it answered 307')
    expect(other.bodies).toEqual([])
  })

  test('whose answer never ends has arrived', async () => {
    const { url } = await webhookThat((_, response) => void response.writeHead(200).write('a'))
    await sendNotice(new Secret(url, 'env:HOOK'), notice, { ...quick, timeoutMs: 1_000 })
  })
})

describe('an address', () => {
  test.each(['https://hooks.example.com/x', 'http://localhost:9/x', 'http://127.0.0.1/x', 'http://[::1]:80/'])(
    'may be %s',
    (url) => {
      expect(resolveWebhook('env:HOOK', { HOOK: url }).reveal()).toBe(url)
    },
  )

  test.each([
    'http://hooks.example.com/x',
    'http://localhost.example.com/x',
    'http://127.0.0.1.example.com/',
    'https://user:pw@hooks.example.com/x',
    'file:///etc/passwd',
    'hooks.example.com/x',
  ])('may not be %s, and is not repeated', (url) => {
    expect(() => resolveWebhook('env:HOOK', { HOOK: url })).toThrow(/what env:HOOK holds is no address/)
  })

  test('that is not set is refused before anything is done', () => {
    expect(() => resolveWebhook('env:HOOK', { HOOK: ' ' })).toThrow(expect.objectContaining({ code: 'E_ENV_MISSING' }))
  })
})
