import { describe, expect, test } from 'vitest'
import { launchPlans, planLaunch, type LaunchWish } from './launch-plan.ts'

const separate = { kind: 'separate', uid: 300_000, gid: 300_000 } as const

describe.runIf(process.platform === 'linux')('the ways to start a server', () => {
  test('are tried from the strongest to the weakest', () => {
    const plans = launchPlans({ user: separate, diesWithUs: true })
    expect(plans.map(({ confinement }) => confinement)).toEqual(['namespaces', 'namespaces', 'death signal', 'plain'])
  })

  test('begin with a root of its own where one was laid out, and lose it with any lesser wish', () => {
    const root = { path: '/run/root', table: '/run/mounts', mounts: new Map(), trial: ['true'] }
    const first = (wish: Partial<LaunchWish>) =>
      launchPlans({ user: separate, diesWithUs: true, root, ...wish })[0]?.confinement
    expect([first({}), first({ root: null }), first({ strongest: 'namespaces' })]).toEqual([
      'own root',
      'namespaces',
      'namespaces',
    ])
    const [own] = launchPlans({ user: { kind: 'own' }, diesWithUs: true, root })
    const line = own?.command.join(' ') ?? ''
    // Root in one user namespace to mount, nobody in a second one within: in that order, and the signal last.
    expect(line.indexOf('--map-root-user')).toBeLessThan(line.indexOf('pivot_root'))
    expect(line.indexOf('pivot_root')).toBeLessThan(line.indexOf('--map-user='))
    expect(line.endsWith('/launch/setpriv --no-new-privs --pdeathsig KILL')).toBe(true)
  })

  test('are none other than the one that is asked for', async () => {
    const asked = planLaunch({ user: { kind: 'own' }, diesWithUs: true, exactly: 'own root' })
    await expect(asked).rejects.toMatchObject({ code: 'E_ENGINE_START' })
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
