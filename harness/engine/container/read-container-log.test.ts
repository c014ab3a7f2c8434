import { expect, test } from 'vitest'
import { demultiplex } from './read-container-log.ts'

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

test('both streams come in the order in which they were written, letters of two bytes whole', () => {
  expect(demultiplex(Buffer.concat([frame(1, 'one\n'), frame(2, 'zwö'), frame(2, 'lf\n')]))).toBe('one\nzwölf\n')
  expect(demultiplex(Buffer.alloc(0))).toBe('')
})
