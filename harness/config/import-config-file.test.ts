import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configTemplate, type ResolvedConfig } from './index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'template-')))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

/* As users do, in a plain Node: a test runner transforms what it imports. */
async function loadInNode(): Promise<ResolvedConfig> {
  const program = `
    const { loadConfig } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    process.stdout.write(JSON.stringify(await loadConfig({ flags: {}, env: {}, cwd: process.cwd() })))`
  const node = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd })
  const { stdout, stderr } = await node
  expect(stderr).toBe('')
  return JSON.parse(stdout) as ResolvedConfig
}

describe('a config file, run by Node', () => {
  test('in a project of CommonJS is read without a word of advice from Node', async () => {
    await writeFile(join(cwd, 'package.json'), '{ "name": "theirs" }')
    await writeFile(join(cwd, 'rehearsal.config.ts'), configTemplate())
    expect((await loadInNode()).values.backup.path).toBe(join(cwd, 'backups'))
  })

  test.each(['rehearsal.config.ts', 'rehearsal.config.js'])(
    'is the module that it is written as, where `npm init` called the package CommonJS: %s',
    async (name) => {
      await writeFile(join(cwd, 'package.json'), '{ "name": "theirs", "type": "commonjs" }')
      await writeFile(join(cwd, 'folder.ts'), `export const folder = 'sets'`)
      await writeFile(
        join(cwd, name),
        `import { defineRehearsal } from 'pg-rehearsal'
         import { folder } from './folder.ts'
         export default defineRehearsal({ backup: { path: folder } })`.replaceAll(/^ +/gm, ''),
      )
      expect((await loadInNode()).values.backup.path).toBe(join(cwd, 'sets'))
    },
  )

  test('may be CommonJS, too', async () => {
    await writeFile(join(cwd, 'package.json'), '{ "name": "theirs", "type": "commonjs" }')
    await writeFile(join(cwd, 'rehearsal.config.ts'), `module.exports = { backup: { path: 'sets' } }`)
    expect((await loadInNode()).values.backup.path).toBe(join(cwd, 'sets'))
  })

  test('may import the package by name, though the project has no copy of it', async () => {
    await writeFile(
      join(cwd, 'rehearsal.config.ts'),
      `import { defineRehearsal, type RehearsalConfig } from 'pg-rehearsal'
       const config: RehearsalConfig = await Promise.resolve({ backup: { path: 'sets' } })
       export default defineRehearsal(config)`,
    )
    expect((await loadInNode()).values.backup.path).toBe(join(cwd, 'sets'))
  })
})

describe('the config that `rehearse init` writes', () => {
  test('loads as it is, and means the defaults', async () => {
    await writeFile(join(cwd, 'rehearsal.config.ts'), configTemplate())
    const { origins } = await loadInNode()
    const given = Object.entries(origins).filter(([, origin]) => origin !== 'default')
    expect(given).toEqual([['backup.path', 'file']])
  })

  test('loads with every option uncommented, and leaves none out', async () => {
    const all = configTemplate().replaceAll(/^(\s*)\/\/ /gm, '$1')
    await writeFile(join(cwd, 'rehearsal.config.ts'), all)
    const { origins } = await loadInNode()
    expect(Object.entries(origins).filter(([, origin]) => origin !== 'file')).toEqual([])
  })
})
