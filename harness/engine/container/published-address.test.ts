import { expect, test } from 'vitest'
import { isOwnAddress } from './published-address.ts'

test.each([
  ['127.0.0.1', true],
  ['127.0.0.77', true],
  // Set apart for documentation (RFC 5737): nobody's.
  ['203.0.113.7', false],
  ['no-such-host.invalid', false],
])('the address %s is one of ours: %s', async (address, expected) => {
  expect(await isOwnAddress(address)).toBe(expected)
})
