import { expect, test } from 'vitest'
import { rehearse } from './testing/command.ts'
import { Project } from './testing/project.ts'

const header = `import { expect, test } from 'pg-rehearsal/vitest'\n`

test('a spec writes to a copy of its own, while others read the restored database, which stays as it was', async () => {
  await using project = await Project.recorded('scratch')
  const files = ['one', 'two'].map((name) => `specs/${name}.spec.ts`)
  for (const file of files) {
    await project.write(
      file,
      `${header}test('empties its copy', async ({ restored, scratch }) => {
        const before = await restored.countRows('public.users')
        expect(before).toBeGreaterThan(0)
        await scratch.query('truncate public.users cascade')
        expect(await scratch.query('select count(*) as rows from public.users')).toEqual([{ rows: '0' }])
        expect(await restored.countRows('public.users')).toBe(before)
        await expect(restored.query('truncate public.users cascade')).rejects.toThrow('read-only')
        expect(scratch.database).toMatch(/_scratch_[0-9a-f]{8}$/)
      })
      test('gets another one, as whole as the first', async ({ restored, scratch }) => {
        const [{ rows }] = await scratch.query('select count(*) as rows from public.users')
        expect(Number(rows)).toBe(await restored.countRows('public.users'))
        const left = await restored.query("select datname from pg_database where datname like '%\\\\_scratch\\\\_%'")
        expect(left.length).toBeLessThanOrEqual(2)
      })`,
    )
  }
  const { code, stdout } = await rehearse(['run', '--backup', 'backups'], { cwd: project.folder })
  const { specs, verdict } = await project.record()
  const ours = specs.filter(({ file }) => files.includes(file))
  expect(ours.map(({ state, message }) => [state, message])).toEqual(Array.from({ length: 4 }, () => ['passed', null]))
  expect([verdict.answer, code, stdout.includes('   GO   ')]).toEqual(['GO', 0, true])
})

test('a restored server that crashes under a spec is still nobody’s answer', async () => {
  await using project = await Project.recorded('scratch crash')
  await project.write(
    'specs/crash.spec.ts',
    `${header}test('ends all sessions', async ({ scratch }) => {
      await scratch.query("create function public.boom(bigint) returns cstring strict language internal as 'textout'")
      await scratch.query('select public.boom(1)').catch(() => {})
    })`,
  )
  await rehearse(['run', '--backup', 'backups'], { cwd: project.folder })
  expect((await project.record()).verdict.answer).toBe('UNDECIDED')
})
