import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret, silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { openProduction } from './production.ts'
import { openTarget } from './target.ts'
import { adviceOnPlainText, adviceOnTls, connectionText } from './tls.ts'

const text = (url: string): string => connectionText(new Secret(url, 'env:URL'))

describe('TLS, as a URL asks for it', () => {
  const place = 'postgresql://me:a%23b@db.example:5432/shop'
  const supabase = 'postgresql://postgres.abcdefghijklmnopqrst:x@aws-0-eu-central-1.pooler.supabase.com/postgres'

  it.each([
    [`${place}?sslmode=require`, `${place}?sslmode=verify-full`],
    [`${place}?a=b&sslmode=prefer&sslrootcert=/ca`, `${place}?a=b&sslmode=verify-full&sslrootcert=/ca`],
    [`${place}?sslmode=verify-ca`, `${place}?sslmode=verify-full`],
    [`${supabase}?sslmode=require`, `${supabase}?sslmode=verify-full`],
  ])('is held to the certificate: %s', (url, held) => expect(text(url)).toBe(held))

  it.each([
    place,
    `${place}?sslmode=disable`,
    `${place}?sslmode=no-verify`,
    `${place}?sslmode=verify-full`,
    `${place}?sslmode=require&uselibpqcompat=true`,
    `${supabase}?sslmode=disable`,
    `${supabase}?ssl=true`,
    'postgresql://u@/db?host=/run/postgresql',
  ])('is left as it is: %s', (url) => expect(text(url)).toBe(url))

  it('is spoken with Supabase, where the URL says nothing of it', () => {
    expect(text(supabase)).toBe(`${supabase}?sslmode=no-verify`)
    const direct = 'postgresql://db.abcdefghijklmnopqrst.supabase.co/postgres?application_name=a'
    expect(text(direct)).toBe(`${direct}&sslmode=no-verify`)
    const evil = 'postgresql://u@db.abcdefghijklmnopqrst.supabase.co.evil.example/postgres'
    expect(text(evil)).toBe(evil)
  })
})

it('that is turned off is said, of Supabase, and of what a server refuses for want of it', () => {
  const url = (words: string) =>
    new Secret(`postgresql://postgres@db.${'a'.repeat(20)}.supabase.co/postgres?${words}`, 'env:URL')
  const coded = (code: string) => Object.assign(new Error('refused'), { code })
  expect(adviceOnPlainText(url('sslmode=disable'))).toContain('plain text')
  for (const code of ['28000', 'XX000']) {
    expect(adviceOnTls(url('a=b&sslmode=disable'), coded(code))).toContain('enforces SSL')
    expect(adviceOnTls(url('sslmode=require'), coded(code))).toBe(null)
  }
  expect(adviceOnTls(url('sslmode=disable'), coded('28P01'))).toBe(null)
  expect(adviceOnPlainText(new Secret('postgresql://u@localhost/x?sslmode=disable', 'env:URL'))).toBe(null)
})

describe('a server with a certificate of its own', () => {
  let server: DisposableServer
  let folder: string
  const sockets = new Set<Socket>()
  /* Takes TLS off and hands the rest on, as a server with TLS does: https://www.postgresql.org/docs/current/protocol-flow.html */
  const front = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => void serve(socket).catch(() => socket.destroy()))
  })

  async function serve(socket: Socket): Promise<void> {
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(folder, name))))
    socket.write('S')
    const plain = new TLSSocket(socket, { isServer: true, key, cert })
    const back = connect(`${server.address.host}/.s.PGSQL.${server.address.port}`)
    sockets.add(back)
    for (const side of [plain, back]) side.on('error', () => socket.destroy())
    plain.pipe(back).pipe(plain)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'))
    const names = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-subj', '/CN=localhost']
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    await promisify(execFile)('openssl', ['req', ...kind, ...names, '-addext', 'subjectAltName=DNS:localhost'])
    const options = { signal: new AbortController().signal, progress: silentProgress }
    server = await embeddedEngine().start({ major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }, options)
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => front.close(resolve))
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const url = (words: string, host = 'localhost') => {
    const { port } = front.address() as AddressInfo
    return new Secret(`postgresql://postgres:hunter2@${host}:${port}/postgres?${words}`, 'env:URL')
  }

  it('is not believed, and what to do is said: sslmode=require as well', async () => {
    for (const open of [openProduction, openTarget]) {
      await expect(open(url('sslmode=require'))).rejects.toMatchObject({
        kind: 'environment',
        hint: expect.stringMatching(/sslmode=verify-full&sslrootcert=<file>; sslmode=no-verify/),
      })
    }
  })

  it('is believed by its own certificate, under its own name alone; or where nobody asks', async () => {
    const known = `sslmode=require&sslrootcert=${join(folder, 'cert.pem')}`
    for (const words of [known, 'sslmode=no-verify']) {
      await using session = await openProduction(url(words))
      expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }])
    }
    await expect(openProduction(url(known, '127.0.0.1'))).rejects.toMatchObject({
      hint: expect.stringContaining('has another name'),
    })
  })
})
