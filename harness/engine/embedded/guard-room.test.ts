import { expect, test } from 'vitest'
import { guardRoom } from './guard-room.ts'

const gigabyte = 1024 ** 3

test('a server that eats up the room is stopped, once, with the reason', async () => {
  let left = 10 * gigabyte
  let stopped = 0
  using guard = await guardRoom(
    { path: '/', storage: 'disk' },
    async () => void (stopped += 1),
    async () => left,
  )
  await new Promise((resolve) => void setTimeout(resolve, 500))
  expect(guard.breach).toBeNull()
  left = 0.5 * gigabyte
  await expect.poll(() => guard.breach).toBe('it left only 512 MB of disk to this machine')
  await new Promise((resolve) => void setTimeout(resolve, 500))
  expect(stopped).toBe(1)
})

test('a machine that had little room from the start is not refused at once', async () => {
  let left = 0.8 * gigabyte
  using guard = await guardRoom(
    { path: '/', storage: 'memory' },
    async () => {},
    async () => left,
  )
  left = 0.5 * gigabyte
  await new Promise((resolve) => void setTimeout(resolve, 500))
  expect(guard.breach).toBeNull()
  left = 0.3 * gigabyte
  await expect.poll(() => guard.breach).toContain('of memory')
})
