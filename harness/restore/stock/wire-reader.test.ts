import { describe, expect, it } from 'vitest'
import { wireMessage as message } from './testing/wire-message.ts'
import { fieldsOf, WireReader, type WireMessage } from './wire-reader.ts'

function read(from: 'client' | 'server', chunks: readonly Buffer[], most = 100): { got: string[]; isLost: boolean } {
  const got: string[] = []
  const take = ({ kind, body }: WireMessage): void => void got.push(`${kind}:${body.toString()}`)
  const reader = new WireReader(from, (kind) => (kind === 'd' ? 0 : most), take)
  for (const chunk of chunks) reader.push(chunk)
  return { got, isLost: reader.isLost }
}

describe('messages between client and server', () => {
  const talk = Buffer.concat([
    message('', 'start'),
    message('Q', 'select 1\0'),
    message('d', 'rows'.repeat(100)),
    message('Q', ''),
    message('d', ''),
    message('X', ''),
  ])

  it('are found wherever the chunks end', () => {
    const whole = [':start', 'Q:select 1\0', 'Q:', 'X:']
    for (let size = 1; size <= talk.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(talk.length / size) }, (_, n) =>
        talk.subarray(n * size, (n + 1) * size),
      )
      expect(read('client', chunks)).toEqual({ got: whole, isLost: false })
    }
  })

  it('are kept no longer than asked', () => {
    expect(read('server', [message('E', 'x'.repeat(1_000))], 10).got).toEqual([`E:${'x'.repeat(10)}`])
  })

  it('are no longer read after one that cannot be', () => {
    expect(read('server', [Buffer.from('E\0\0\0\x01'), message('C', 'SELECT')])).toEqual({ got: [], isLost: true })
    expect(read('server', [Buffer.from('HTTP/1.1 400')])).toMatchObject({ isLost: true })
  })
})

it('reads the fields of an error', () => {
  const fields = fieldsOf(Buffer.from('SERROR\0VERROR\0C42P01\0Mno such table\0\0'))
  expect(Object.fromEntries(fields)).toEqual({ S: 'ERROR', V: 'ERROR', C: '42P01', M: 'no such table' })
})
