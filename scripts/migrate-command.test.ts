import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { rehearse, startRehearse } from './testing/command.ts'
import { descendantsOf, isRunning } from './testing/processes.ts'
import { Project } from './testing/project.ts'

const runSql = `
import pg from ${JSON.stringify(import.meta.resolve('pg'))}
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()
await client.query(process.argv[2]).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
await client.end()
`

async function projectWithScript(): Promise<Project> {
  const project = await Project.small()
  await project.write('run-sql.mjs', runSql)
  return project
}

describe('rehearse run --migrate', () => {
  test('ends with 1 for a migration that fails, on a backup that is GO, and the evidence says which is which', async () => {
    await using project = await projectWithScript()
    const migrate = 'node run-sql.mjs "alter table public.nowhere add a integer"; test $? = 0'
    const { code, stdout } = await rehearse(['run', '--migrate', migrate], { cwd: project.folder })
    expect(stdout).toMatch(/^ {3}GO {3}[^]*^ {3}NO-GO {3}Migration: it failed with exit code 1/m)
    expect(stdout).toContain('relation "public.nowhere" does not exist')
    expect(code).toBe(1)
    const record = await project.record()
    expect([record.verdict.answer, record.verdict.exitCode, record.migration?.answer]).toEqual(['GO', 0, 'NO-GO'])
    expect(await readFile(project.path('.rehearsal/latest/migration.log'), 'utf8')).toContain('does not exist')
  })

  test('ends with 0 for one that goes through, and gives it the variables that are named', async () => {
    await using project = await projectWithScript()
    const args = ['run', '--migrate', 'node run-sql.mjs "$STATEMENT"', '--migrate-env', 'STATEMENT']
    const env = { STATEMENT: 'delete from public.item where id = 1' }
    const { code, stdout } = await rehearse(args, { cwd: project.folder, env })
    expect(stdout).toContain('lost: public.item has 1 row fewer: 1 of 2 are left')
    expect(code).toBe(0)
  })

  test('refuses (64) a variable that is not set, before anything is started', async () => {
    await using project = await projectWithScript()
    const args = ['run', '--migrate', 'true', '--migrate-env', 'NOWHERE']
    const { code, stderr } = await rehearse(args, { cwd: project.folder })
    expect(stderr).toContain('NOWHERE is not set')
    expect(code).toBe(64)
    expect(existsSync(project.path('.rehearsal'))).toBe(false)
  })

  test.runIf(process.platform === 'linux')('takes the migration along when it is killed', async () => {
    await using project = await projectWithScript()
    const migrate = 'touch began; setsid sleep 300 & sleep 300'
    const command = startRehearse(['run', '--migrate', migrate], { cwd: project.folder })
    await expect.poll(() => existsSync(project.path('began')), { timeout: 60_000 }).toBe(true)
    const below = () => descendantsOf(command.pid)
    await expect.poll(() => below().filter((seen) => seen.command === 'sleep 300').length).toBe(2)
    const all = below()
    command.child.kill('SIGKILL')
    await command.ended
    await expect.poll(() => all.filter(isRunning), { timeout: 10_000 }).toEqual([])
  })
})
