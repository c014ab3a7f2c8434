import { expect, test } from 'vitest'
import { describeRights } from './observe-isolation.ts'

const status = (eff: string, bounding: string, noNew: string, seccomp: string): string =>
  `Name:\tpostgres\nCapInh:\t0000000000000000\nCapEff:\t${eff}\nCapBnd:\t${bounding}\nNoNewPrivs:\t${noNew}\nSeccomp:\t${seccomp}\n`

test('rights are told as they are, few or many', () => {
  expect(describeRights(status('0000000000000000', '00000000000000cb', '1', '2'))).toBe(
    'seen inside: capabilities none, at most chown dac_override fowner setgid setuid; no new privileges; system calls filtered',
  )
  expect(describeRights(status('0000000000200001', '0000000000200001', '0', '0'))).toBe(
    'seen inside: capabilities chown 21, at most chown 21; new privileges can be gained; system calls not filtered',
  )
  expect(describeRights('')).toBe('rights inside: not seen')
})
