import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connect } from '../harness/postgres/index.ts'
import { startRehearse, rehearse, RunningCommand } from './testing/command.ts'
import { descendantsOf, isRunning, type SeenProcess } from './testing/processes.ts'
import { Project } from './testing/project.ts'
import { slowConstraint } from './testing/small-dump.ts'

const execute = promisify(execFile)

/** A spec that says when it runs, and goes on for longer than any test here. */
const slowSpec = `import { writeFileSync } from 'node:fs'
import { test } from 'pg-rehearsal/vitest'
test('goes on', () => {
  writeFileSync(new URL('../specs-run', import.meta.url), '')
  return new Promise((done) => setTimeout(done, 50_000))
})`

let project: Project
const started: RunningCommand[] = []
beforeEach(() => void started.splice(0))
afterEach(async () => {
  for (const command of started) command.child.kill('SIGKILL')
  await project[Symbol.asyncDispose]()
})

type Moment = 'while it restores' | 'while its specs run'

/** A rehearsal that has come to that moment, and stays there. */
async function startUntil(moment: Moment): Promise<RunningCommand> {
  project = await Project.small(moment === 'while it restores' ? slowConstraint(50) : '')
  if (moment === 'while its specs run') await project.write('specs/mine.spec.ts', slowSpec)
  await mkdir(project.path('tmp'))
  const command = startRehearse(['run'], { cwd: project.folder, env: { TMPDIR: project.path('tmp') } })
  started.push(command)
  const isThere = (): boolean =>
    moment === 'while its specs run' ? existsSync(project.path('specs-run')) : /start engine +\d/.test(command.stderr)
  await expect.poll(isThere, { timeout: 30_000, interval: 20 }).toBe(true)
  // A step that has just begun: let it get to its long statement.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return command
}

/** The server of a run, and the folder it lies in. */
function serverOf(processes: readonly SeenProcess[]): { readonly postmaster: SeenProcess; readonly folder: string } {
  const postmaster = processes.find(({ command }) => /^\S+\/bin\/postgres -D /.test(command))
  const data = / -D (\S+)\/data /.exec(postmaster?.command ?? '')?.[1]
  if (!postmaster || !data) throw new TypeError(`no server among ${processes.map(({ command }) => command).join('\n')}`)
  return { postmaster, folder: data }
}

describe.runIf(process.platform === 'linux')('a rehearsal that is killed', () => {
  test.each<Moment>(['while it restores', 'while its specs run'])(
    '%s takes all it started along, and the next one removes what it left',
    async (moment) => {
      const command = await startUntil(moment)
      const processes = descendantsOf(command.pid)
      const { folder } = serverOf(processes)
      expect(processes.length).toBeGreaterThan(5)
      command.child.kill('SIGKILL')
      const killedMs = performance.now()
      await expect.poll(() => processes.filter(isRunning), { timeout: 5_000, interval: 20 }).toEqual([])
      expect(performance.now() - killedMs).toBeLessThan(2_000)
      expect(existsSync(project.path('.rehearsal/latest/verdict.json'))).toBe(false)

      await using other = await Project.small()
      const env = { TMPDIR: project.path('tmp') }
      expect(await rehearse(['run'], { cwd: other.folder, env })).toMatchObject({ code: 0 })
      expect(existsSync(folder)).toBe(false)
      expect(readdirSync(project.path('tmp'))).toEqual([])
    },
  )

  test('leaves no verdict of an earlier one in its place', async () => {
    const command = await startUntil('while it restores')
    command.child.kill('SIGKILL')
    await command.ended
    await mkdir(project.path('.rehearsal/latest'), { recursive: true })
    for (const name of ['verdict.json', 'report.html', 'junit.xml', 'notes.txt'])
      await writeFile(project.path(`.rehearsal/latest/${name}`), 'GO')
    await rm(project.path('specs-run'), { force: true })
    const again = startRehearse(['run'], { cwd: project.folder })
    started.push(again)
    await expect.poll(() => /start engine +\d/.test(again.stderr), { timeout: 30_000 }).toBe(true)
    again.child.kill('SIGKILL')
    await again.ended
    expect(readdirSync(project.path('.rehearsal/latest'))).toEqual(['notes.txt'])
  })
})

describe.runIf(process.platform === 'linux')('a rehearsal that is interrupted', () => {
  test.each<[NodeJS.Signals, Moment]>([
    ['SIGINT', 'while it restores'],
    ['SIGTERM', 'while its specs run'],
  ])('by %s %s is UNDECIDED, says so in its evidence, and puts everything away', async (signal, moment) => {
    const command = await startUntil(moment)
    const processes = descendantsOf(command.pid)
    const { folder } = serverOf(processes)
    command.child.kill(signal)
    const { code, stdout } = await command.ended
    expect([code, stdout]).toEqual([2, expect.stringContaining('UNDECIDED')])
    expect(processes.filter(isRunning)).toEqual([])
    expect(existsSync(folder)).toBe(false)
    const { verdict } = await project.record()
    expect(verdict.answer).toBe('UNDECIDED')
    expect(verdict.reasons[0]?.text).toContain('interrupted')
  })
})

describe.runIf(process.platform === 'linux')('a server that is killed', () => {
  test.each<Moment>(['while it restores', 'while its specs run'])('%s leaves the answer open', async (moment) => {
    const command = await startUntil(moment)
    const { postmaster, folder } = serverOf(descendantsOf(command.pid))
    process.kill(postmaster.pid, 'SIGKILL')
    // On a busy machine a kill takes effect when its turn has come.
    await expect.poll(() => isRunning(postmaster)).toBe(false)
    if (moment === 'while its specs run') {
      // The spec here does not need the server: what counts is that it was not there to the end.
      for (const { pid, command: line } of descendantsOf(command.pid))
        if (line.includes('vitest') && line.includes('fork')) process.kill(pid, 'SIGKILL')
    }
    const { code, stdout } = await command.ended
    expect([code, stdout]).toEqual([2, expect.stringContaining('UNDECIDED')])
    expect((await project.record()).verdict.reasons.map(({ text }) => text).join('\n')).toMatch(
      /connection to the database was lost|cannot connect to database|server ended/,
    )
    expect(existsSync(folder)).toBe(false)
  })
})

describe('--keep', () => {
  test('leaves a server that answers after we have ended, until it is told to stop', async () => {
    project = await Project.small()
    const { code, stderr } = await rehearse(['run', '--keep'], { cwd: project.folder })
    expect(code).toBe(0)
    const look = /^ {2}look {4}(.+)$/m.exec(stderr)?.[1] ?? ''
    const stop = /^ {2}stop {4}(.+)$/m.exec(stderr)?.[1] ?? ''
    const socket = / -h (\S+)/.exec(look)?.[1] ?? ''
    const database = / -d (\S+)/.exec(look)?.[1] ?? ''
    try {
      {
        const user = / -U (\S+)/.exec(look)?.[1] ?? ''
        await using session = await connect({ host: socket, port: 5432, user }, database)
        expect(await session.query('select count(*) as rows from public.item')).toEqual([{ rows: '2' }])
      }
      const counting = `${look} -Atc 'select count(*) from public.item'`
      const seen = (await hasPsql()) ? (await execute('/bin/sh', ['-c', counting])).stdout : '2\n'
      expect(seen).toBe('2\n')
    } finally {
      await execute('/bin/sh', ['-c', stop])
    }
    expect(existsSync(dirname(socket))).toBe(false)
    await expect(connect({ host: socket, port: 5432, user: 'postgres' }, database)).rejects.toThrow('cannot connect')
  })
})

async function hasPsql(): Promise<boolean> {
  return execute('psql', ['--version']).then(
    () => true,
    () => false,
  )
}
