import { expect, test } from 'vitest'
import { networkOf } from './observe-isolation.ts'

test('a container is isolated as the daemon says, not as it was asked', () => {
  expect(networkOf(['none'], [])).toBe('none')
  expect(networkOf(['bridge'], [{ HostIp: '127.0.0.1' }])).toBe('loopback')
  expect(networkOf(['bridge'], [{ HostIp: '127.0.0.1' }, { HostIp: '0.0.0.0' }])).toBe('host')
  expect(networkOf(['bridge'], [])).toBe('host')
  expect(networkOf(['none', 'bridge'], [])).toBe('host')
})
