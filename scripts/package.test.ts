import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { RunningCommand } from './testing/command.ts'
import { Project } from './testing/project.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** Slow (about a minute): everything is installed anew, from npm's cache or from the registry. */
describe('the package', () => {
  test(
    'installed into a project with nothing else, rehearses its backup with its config and its specs',
    { timeout: 300_000 },
    async ({ skip }) => {
      await using project = await Project.recorded()
      const { stdout } = await execute(
        'npm',
        ['pack', '--json', '--ignore-scripts', '--pack-destination', project.folder],
        {
          cwd: root,
        },
      )
      const packed = /"filename": *"([^"]+\.tgz)"/.exec(stdout)?.[1] ?? ''
      await project.write('package.json', '{ "name": "shop", "private": true, "type": "module" }')
      const reason = await install(project, packed)
      if (reason !== null) skip(`the registry could not be reached: ${reason}`)

      await project.write(
        'rehearsal.config.ts',
        `import { defineRehearsal, type RehearsalConfig } from 'pg-rehearsal'
      const backup: RehearsalConfig['backup'] = { path: './backups' }
      export default defineRehearsal({ project: 'shop', backup })`,
      )
      await project.write(
        'specs/mine.spec.ts',
        `import { expect, test } from 'pg-rehearsal/vitest'
      test('has its users', async ({ restored, facts }) => {
        await expect(restored).toHoldRows('users', 240)
        expect(facts?.tables.length).toBeGreaterThan(30)
      })`,
      )
      const env = { HOME: process.env['HOME'] ?? project.folder }
      const ended = await new RunningCommand('npx', ['--no-install', 'rehearse', 'run'], { cwd: project.folder, env })
        .ended
      expect([ended.code, ended.stdout, ended.stderr]).toEqual([
        0,
        expect.stringContaining('   GO   '),
        expect.not.stringMatching(/ExperimentalWarning|^\s+at /m),
      ])
      const { specs } = await project.record()
      expect(specs.find(({ title }) => title === 'has its users')).toMatchObject({ state: 'passed' })
      expect(specs.filter(({ file }) => file.startsWith('rehearse/specs/')).length).toBeGreaterThan(50)

      const inside = await readFile(project.path('node_modules/pg-rehearsal/package.json'), 'utf8')
      expect(inside).toContain('"pg-rehearsal"')
      for (const name of ['docs/verdict-rules.md', 'LICENSE', 'CHANGELOG.md'])
        await expect(readFile(project.path(`node_modules/pg-rehearsal/${name}`), 'utf8')).resolves.not.toBe('')
    },
  )
})

/** From the cache, else from the registry; the reason why neither worked. */
async function install(project: Project, tarball: string): Promise<string | null> {
  let reason = ''
  for (const from of ['--offline', '--prefer-offline']) {
    try {
      await execute('npm', ['install', `./${tarball}`, from, ...options], { cwd: project.folder, timeout: 240_000 })
      return null
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
      if (!/ENOTCACHED|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|network/i.test(said)) throw error
      reason = said.split('\n')[0] ?? ''
    }
  }
  return reason
}
