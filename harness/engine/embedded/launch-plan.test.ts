import { describe, expect, test } from 'vitest'
import { launchPlans } from './launch-plan.ts'

const separate = { kind: 'separate', uid: 300_000, gid: 300_000 } as const

describe.runIf(process.platform === 'linux')('the ways to start a server', () => {
  test('are tried from the strongest to the weakest', () => {
    const plans = launchPlans({ user: separate, diesWithUs: true })
    expect(plans.map(({ confinement }) => confinement)).toEqual(['namespaces', 'namespaces', 'death signal', 'plain'])
  })

  test('set the death signal after the uid has changed, for the change clears it', () => {
    const [best] = launchPlans({ user: separate, diesWithUs: true })
    const line = best?.command.join(' ') ?? ''
    expect(line.lastIndexOf('--pdeathsig KILL')).toBeGreaterThan(line.indexOf('--reuid 300000'))
    expect(line.startsWith('setpriv --pdeathsig KILL unshare')).toBe(true)
  })

  test('change the user in each of them when we are root', () => {
    for (const { command, ids } of launchPlans({ user: separate, diesWithUs: true })) {
      expect(command.join(' ').includes('--reuid 300000 --regid 300000 --clear-groups') || ids.uid === 300_000).toBe(
        true,
      )
    }
  })

  test('tie nothing to our life when the server is to be kept', () => {
    const [best, , second] = launchPlans({ user: { kind: 'own' }, diesWithUs: false })
    expect(best?.command[0]).toBe('unshare')
    expect(second?.command.join(' ')).not.toContain('pdeathsig')
  })
})
