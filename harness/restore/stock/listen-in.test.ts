import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { listenIn } from './listen-in.ts'
import { Overheard } from './overheard.ts'
import { wireMessage } from './testing/wire-message.ts'

let overheard: Overheard
let client: EventEmitter
let server: EventEmitter
beforeEach(() => {
  overheard = new Overheard()
  client = new EventEmitter()
  server = new EventEmitter()
  listenIn(client, server, overheard)
  client.emit('data', wireMessage('', '\0\u0003\0\0user\0ada\0database\0shop\0\0'))
})

/** A statement, and what the server says to it. */
function talk(statement: string, ...answers: readonly Buffer[]): void {
  client.emit('data', wireMessage('Q', `${statement}\0`))
  for (const answer of answers) server.emit('data', answer)
}
const done = (tag: string): Buffer => wireMessage('C', `${tag}\0`)
const error = (code: string, message = 'no'): Buffer => wireMessage('E', `SERROR\0VERROR\0C${code}\0M${message}\0\0`)

describe('rows that went in', () => {
  it('are counted by table', () => {
    talk('COPY public.users (id) FROM stdin;', done('COPY 3'))
    talk('INSERT INTO public.users VALUES (4);', done('INSERT 0 1'))
    talk('INSERT INTO orders (id) VALUES (1), (2);', done('INSERT 0 2'))
    expect([overheard.takeRows('shop', 'public.users'), overheard.takeRows('shop', 'public.orders')]).toEqual([4, 2])
    expect(overheard.takeRows('other', 'public.users')).toBe(0)
  })

  it('are of the right table where names hold parentheses and words', () => {
    for (const name of ['a(b', 'a(c', 'x VALUES y', 'x VALUES z', 'say ""so""'])
      talk(`INSERT INTO public."${name}" VALUES (1);`, done('INSERT 0 1'))
    const rows = ['a(b', 'a(c', 'x VALUES y', 'x VALUES z', 'say "so"'].map((name) =>
      overheard.takeRows('shop', `public.${name}`),
    )
    expect(rows).toEqual([1, 1, 1, 1, 1])
  })

  it('count once their transaction is committed', () => {
    talk('BEGIN', done('BEGIN'))
    talk('INSERT INTO public.users VALUES (1);', done('INSERT 0 1'))
    expect(overheard.takeRows('shop', 'public.users')).toBe(0)
    talk('COMMIT', done('COMMIT'))
    expect(overheard.takeRows('shop', 'public.users')).toBe(1)
  })

  it('do not count where it could not be', () => {
    talk('BEGIN', done('BEGIN'))
    talk('INSERT INTO public.users VALUES (1);', done('INSERT 0 1'))
    talk("INSERT INTO public.users VALUES ('x');", error('22P02'))
    talk('COMMIT', done('ROLLBACK'))
    talk('INSERT INTO public.users VALUES (3);', done('INSERT 0 1'))
    expect(overheard.takeRows('shop', 'public.users')).toBe(1)
  })
})

it('refusals are told with what they were about, and as many as there were', () => {
  talk('CREATE TABLE public.users (id integer);', error('42P07', 'relation "users" already exists'))
  expect(overheard.refusals).toMatchObject([
    { database: 'shop', verb: 'CREATE TABLE', object: 'public.users', refusal: { code: '42P07' } },
  ])
  for (let n = 0; n < 25_000; n += 1) talk('INSERT INTO public.nowhere VALUES (1);', error('42P01'))
  expect([overheard.refusalCount, overheard.refusals.length]).toEqual([25_001, 20_000])
})

it('a database that is not there is a refused connection', () => {
  server.emit('data', error('3D000', 'database "shop" does not exist'))
  expect(overheard.refusals).toMatchObject([{ verb: 'CONNECT', object: 'shop', refusal: { code: '3D000' } }])
  expect(overheard.databases).toEqual([])
})

it('what is no such talk is told apart', () => {
  server.emit('data', Buffer.from('HTTP/1.1 200 OK'))
  expect(overheard.isLost).toBe(true)
})
