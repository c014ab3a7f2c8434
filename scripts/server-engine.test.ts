import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { password, StandIn } from '../harness/run/testing/two-servers.ts'
import { rehearse, startRehearse } from './testing/command.ts'
import { descendantsOf, look } from './testing/processes.ts'
import { Project } from './testing/project.ts'

let scratch: StandIn
let production: StandIn
beforeAll(async () => {
  scratch = await StandIn.start('postgres')
  production = await StandIn.start('prod_admin')
})
afterAll(async () => {
  await scratch[Symbol.asyncDispose]()
  await production[Symbol.asyncDispose]()
})

let project: Project
beforeEach(async () => {
  project = await Project.recorded()
})
afterEach(async () => project[Symbol.asyncDispose]())

const args = ['run', '--backup', 'backups/2026-11-08-pg17', '--engine', 'server', '--server', 'env:SCRATCH']
const env = (): Record<string, string> => ({
  SCRATCH: scratch.url('postgres'),
  PRODUCTION: production.url('prod_admin'),
})

const spec = `import { expect, test } from 'pg-rehearsal/vitest'
test('looks at the scratch database', async ({ restored }) => {
  const [row] = await restored.query('select current_database() as name')
  expect(row.name).toMatch(/^rehearsal_[0-9a-f]{12}_/)
})
`

describe('rehearse run --engine server', () => {
  test('is GO, specs and all; its password is in no file, no output and no arguments', async () => {
    await project.write('specs/mine.spec.ts', spec)
    const before = await scratch.inventory()
    const command = startRehearse([...args, '--superuser', 'postgres', '--production', 'env:PRODUCTION'], {
      cwd: project.folder,
      env: env(),
    })
    const seen = new Set<string>()
    const looking = setInterval(() => {
      for (const { command: line, environment } of [look(command.pid) ?? [], descendantsOf(command.pid)].flat()) {
        seen.add(line)
        // Ours was given it; nobody that we start is.
        if (line !== look(command.pid)?.command) seen.add(environment)
      }
    }, 5)
    const { code, stdout, stderr } = await command.ended
    clearInterval(looking)
    expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ code: 0, stderr: '' })
    const record = await project.record()
    expect(record.engine?.kind).toBe('server')
    expect(record.specs.find(({ file }) => file === 'specs/mine.spec.ts')).toMatchObject({ state: 'passed' })
    const out = project.path('.rehearsal/latest')
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const written = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    expect(seen.size).toBeGreaterThan(0)
    for (const text of [stdout, stderr, ...written, ...seen]) expect(text).not.toContain(password)
    expect(await scratch.inventory()).toEqual(before)
    expect(await production.writes()).toEqual([])
  })

  test('is refused in a few lines, with what to write down, where nothing says that it is not production', async () => {
    const before = await scratch.inventory()
    await scratch.writes()
    const ended = await rehearse([...args, '--superuser', 'postgres'], { cwd: project.folder, env: env() })
    expect(ended.code).toBe(64)
    expect(ended.stdout).toBe('')
    expect(ended.stderr.trim().split('\n').length).toBeLessThan(8)
    expect(ended.stderr).toContain(`engine.systemIdentifier: '${await scratch.systemIdentifier()}'`)
    expect(await scratch.writes()).toEqual([])
    expect(await scratch.inventory()).toEqual(before)
  })

  test('is GO once that is written down', async () => {
    const config = {
      backup: { path: 'backups/2026-11-08-pg17' },
      engine: {
        kind: 'server',
        connection: 'env:SCRATCH',
        superuser: 'postgres',
        systemIdentifier: await scratch.systemIdentifier(),
      },
    }
    await project.write('rehearsal.config.ts', `export default ${JSON.stringify(config)}\n`)
    const before = await scratch.inventory()
    const { code, stderr } = await rehearse(['run'], { cwd: project.folder, env: env() })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(await scratch.inventory()).toEqual(before)
  })

  test('leaves nothing when it is interrupted', async () => {
    const before = await scratch.inventory()
    const command = startRehearse([...args, '--superuser', 'postgres', '--production', 'env:PRODUCTION'], {
      cwd: project.folder,
      env: env(),
    })
    while (!(await scratch.inventory()).some((line) => line.startsWith('database rehearsal_'))) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    command.child.kill('SIGINT')
    const { code } = await command.ended
    expect(code).toBe(2)
    expect(await scratch.inventory()).toEqual(before)
  })
})
