import { spawnSync } from 'node:child_process'
import { readdirSync, rmdirSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { RunningCommand } from './testing/command.ts'
import { Project } from './testing/project.ts'

const bin = fileURLToPath(new URL('../bin/rehearse.mjs', import.meta.url))
const uid = '64322'
const runs = `/dev/shm/rehearsal-runs-${uid}`
const asOther = ['--reuid', uid, '--regid', uid, '--clear-groups']
const reads = ['test', '-r', bin, '-a', '-x', process.execPath]

/** Somebody else must be able to read this checkout. */
const canBecome =
  process.getuid?.() === 0 && process.platform === 'linux' && spawnSync('setpriv', [...asOther, ...reads]).status === 0

describe.skipIf(!canBecome)('(needs another user: root only) an ordinary user with a bare environment', () => {
  test('gets the same answer', async () => {
    await using project = await Project.recorded()
    expect(spawnSync('chown', ['-R', `${uid}:${uid}`, project.folder]).status).toBe(0)
    await chmod(project.folder, 0o700)
    const bare = ['env', '-i', `HOME=${project.folder}`, 'PATH=/usr/local/bin:/usr/bin:/bin']
    const command = [...asOther, ...bare, process.execPath, bin, 'run', '--backup', 'backups']
    const ended = await new RunningCommand('setpriv', command, { cwd: project.folder }).ended
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('   GO   ')])
    const { engine } = await project.record()
    expect(engine?.isolation).toMatchObject({ ownUser: false, diesWithParent: true })
    // That user's folder of runs stays, empty: the next run's is made in it.
    expect(readdirSync(runs)).toEqual([])
    rmdirSync(runs)
  })
})
