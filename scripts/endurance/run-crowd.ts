import { readFile } from 'node:fs/promises'
import { rehearse } from '../testing/command.ts'
import { Project } from '../testing/project.ts'
import { makeWorkplace } from './workplace.ts'

export interface CrowdAsked {
  /** At the same time. */
  readonly size: number
  readonly rounds: number
  readonly args: readonly string[]
  readonly signal: AbortSignal
  readonly onRound: (wrong: readonly string[], done: number) => void
}

/** Its exit code is known beforehand: a whole dump is GO (0), one that was cut short NO-GO (1). */
interface Member {
  readonly project: Project
  readonly expected: 0 | 1
}

/** Rehearsals of whole and of damaged dumps at once, from one cache. What was wrong, over all rounds. */
export async function runCrowd({ size, rounds, args, signal, onRound }: CrowdAsked): Promise<readonly string[]> {
  await using place = await makeWorkplace()
  await using members = new AsyncDisposableStack()
  const crowd: Member[] = []
  for (let number = 0; number < size; number += 1) {
    const member = await makeMember(number)
    members.use(member.project)
    crowd.push(member)
  }
  const wrong: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted()
    const complaints = await Promise.all(
      crowd.map(async ({ project, expected }, number) => {
        const { code, stdout } = await rehearse(['run', ...args], { cwd: project.folder, env: place.env })
        if (code !== expected)
          return [`round ${round + 1}, ${number}: ${String(code)} instead of ${expected}\n${stdout}`]
        // Each wrote its own answer, about its own backup.
        const { verdict } = await project.record()
        return verdict.answer === (expected === 0 ? 'GO' : 'NO-GO') ? [] : [`${number} recorded ${verdict.answer}`]
      }),
    )
    wrong.push(...complaints.flat())
    onRound(complaints.flat(), round + 1)
  }
  return wrong
}

async function makeMember(number: number): Promise<Member> {
  const project = await Project.small()
  if (number % 2 === 0) return { project, expected: 0 }
  const whole = (await readFile(project.path('dump.sql'), 'utf8')).split('\n')
  await project.write('dump.sql', whole.slice(0, whole.indexOf('\\.') - 1).join('\n'))
  return { project, expected: 1 }
}
