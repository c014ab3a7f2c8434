import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { rehearse, RunningCommand } from './testing/command.ts'
import { Project } from './testing/project.ts'

const isRoot = process.getuid?.() === 0
const canMount = isRoot && process.platform === 'linux' && mounts()

describe('a folder for the evidence that is full', () => {
  test.skipIf(!canMount)(
    '(needs to mount: root only) is told in a line; what is there is whole, and no GO is given',
    async () => {
      await using project = await Project.recorded()
      const disk = project.path('disk')
      await mkdir(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
      try {
        const args = ['run', '--backup', 'backups', '--out', 'disk/out']
        const { code, stdout, stderr } = await rehearse(args, { cwd: project.folder })
        expect(code).toBe(2)
        expect(stdout).not.toContain('   GO   ')
        expect(stderr).toMatch(/disk\/out.*\[E_EVIDENCE_WRITE\]$/m)
        expect(stderr).not.toMatch(/^\s+at /m)
        const left = readdirSync(project.path('disk/out'))
        expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
        expect(left).not.toContain('verdict.json')
      } finally {
        execFileSync('umount', [disk])
      }
    },
  )
})

describe('a folder for the evidence that can not be written', () => {
  test('is told in a line before anything is started', async () => {
    await using project = await Project.small()
    await writeFile(project.path('file'), '')
    const { code, stdout, stderr } = await rehearse(['run', '--out', 'file/out'], { cwd: project.folder })
    expect(code).toBe(2)
    expect(stdout).toContain('UNDECIDED')
    expect(stderr).toContain('[E_EVIDENCE_WRITE]')
    expect(stderr).not.toContain('start engine')
  })

  test.skipIf(!isRoot)('(needs another user: root only) by that user is told as well', async () => {
    await using project = await Project.small()
    await mkdir(project.path('out'))
    await chmod(project.folder, 0o755)
    await chmod(project.path('out'), 0o555)
    const bin = new URL('../bin/rehearse.mjs', import.meta.url).pathname
    const args = [
      '--reuid',
      '64321',
      '--regid',
      '64321',
      '--clear-groups',
      process.execPath,
      bin,
      'run',
      '--out',
      'out',
    ]
    const { code, stderr } = await new RunningCommand('setpriv', args, { cwd: project.folder }).ended
    expect([code, stderr]).toEqual([2, expect.stringContaining('[E_EVIDENCE_WRITE]')])
    expect(readdirSync(project.path('out'))).toEqual([])
  })
})

/** A container may have a root that may not mount. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}
