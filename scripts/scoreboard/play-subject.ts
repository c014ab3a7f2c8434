import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandSubject, Outcome, SetSubject, Subject } from '../../fixtures/failures/types.ts'
import { loadConfig } from '../../harness/config/index.ts'
import { asFault, silentProgress, systemClock } from '../../harness/core/index.ts'
import { rehearse } from '../../harness/run/index.ts'
import { onePassingSpec } from '../../harness/run/testing/rehearse-set.ts'
import { packageVersion } from '../package-version.ts'
import { RunningCommand, rehearse as runCommand } from '../testing/command.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))

/** What the product says of a subject. Nothing of it knows whether it is a mutant. */
export function playSubject(subject: Subject, signal: AbortSignal): Promise<Outcome> {
  return subject.kind === 'set' ? rehearseSet(subject, signal) : playCommand(subject)
}

async function rehearseSet(subject: SetSubject, signal: AbortSignal): Promise<Outcome> {
  const { backup, config, flags, environment = {}, canary } = subject
  const out = await mkdtemp(join(tmpdir(), 'rehearsal-out-'))
  const file = fileOf(config)
  try {
    const { record } = await rehearse({
      config: await loadConfig({
        file,
        flags: { out, project: 'project', ...flags, backup },
        env: {},
        cwd: file === undefined ? out : fixtures,
      }),
      clock: systemClock,
      progress: silentProgress,
      signal,
      environment: { PATH: process.env['PATH'], REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'], ...environment },
      specRunner: onePassingSpec,
      toolVersion: packageVersion(),
      keep: false,
    })
    if (canary !== undefined && existsSync(canary)) {
      return { answer: 'defect', findings: record.findings, text: 'code of the backup reached this machine' }
    }
    return { answer: record.verdict.answer, findings: record.findings, text: '' }
  } catch (thrown) {
    const { code, message, kind } = asFault(thrown)
    return { answer: kind === 'refused' ? 'refused' : 'defect', findings: [], text: `${code}: ${message}` }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

function fileOf(config: SetSubject['config']): string | undefined {
  if (config === 'none') return undefined
  return typeof config === 'object' ? config.file : join(fixtures, config, 'rehearsal.config.ts')
}

const answers: Readonly<Record<number, Outcome['answer']>> = { 0: 'GO', 1: 'NO-GO', 2: 'UNDECIDED', 64: 'refused' }

async function playCommand({ bin, args, cwd, env = {} }: CommandSubject): Promise<Outcome> {
  const ended =
    bin === undefined
      ? runCommand(args, { cwd, env })
      : new RunningCommand(process.execPath, [bin, ...args], { cwd, env }).ended
  const { code, stdout, stderr } = await ended
  return { answer: answers[code ?? 70] ?? 'defect', findings: [], text: `${stdout}${stderr}` }
}
