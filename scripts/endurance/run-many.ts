import { mkdir } from 'node:fs/promises'
import { loadConfig } from '../../harness/config/index.ts'
import { defaultCacheFolder, silentProgress, systemClock } from '../../harness/core/index.ts'
import { rehearse } from '../../harness/run/index.ts'
import { vitestSpecRunner } from '../../harness/vitest/launch.ts'
import { Project } from '../testing/project.ts'
import { lookAtRemains, type Remains } from './remains.ts'

export interface ManyAsked {
  readonly runs: number
  readonly signal: AbortSignal
  readonly onRun: (done: number) => void
}

export interface ManyOutcome {
  readonly before: Remains
  readonly after: Remains
  /** Resident memory of this process after each tenth of the runs, in bytes. */
  readonly memory: readonly number[]
}

/** How many rehearsals come first, unmeasured: what is loaded or opened once is no leak. */
const warmUps = 2

/** Rehearsals one after the other in this one process, and what it holds before and after. Linux. */
export async function runMany({ runs, signal, onRun }: ManyAsked): Promise<ManyOutcome> {
  await using project = await Project.small()
  await mkdir(project.path('tmp'))
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = project.path('tmp')
  try {
    for (let warmUp = 0; warmUp < warmUps; warmUp += 1) await rehearseOnce(project, signal)
    const look = async (): Promise<Remains> => lookAtRemains(defaultCacheFolder(), project.path('tmp'))
    const before = await look()
    const memory: number[] = []
    for (let done = 1; done <= runs; done += 1) {
      await rehearseOnce(project, signal)
      if (done % Math.ceil(runs / 10) === 0) memory.push(process.memoryUsage.rss())
      onRun(done)
    }
    return { before, after: await look(), memory }
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  }
}

async function rehearseOnce(project: Project, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const file = project.path('rehearsal.config.ts')
  const { record } = await rehearse({
    config: await loadConfig({ file, flags: {}, env: {}, cwd: project.folder }),
    clock: systemClock,
    progress: silentProgress,
    signal,
    environment: {},
    specRunner: vitestSpecRunner,
    toolVersion: 'test',
    keep: false,
  })
  if (record.verdict.answer !== 'GO') throw new TypeError(`a rehearsal was ${record.verdict.answer}`)
}
