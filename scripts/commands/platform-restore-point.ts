import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { exitCode, Fault, parseDuration, scrubLine, systemClock } from '../../harness/core/index.ts'
import {
  makeRestorePoint,
  ManagementApi,
  readAccess,
  readProjectRef,
  requireFitName,
} from '../../harness/supabase/management/index.ts'
import { abortOnSignals } from '../interrupt.ts'
import { readConfig } from './storage-project.ts'

interface RestorePointFlags {
  readonly name: string
  readonly projectRef?: string
  readonly yes?: boolean
  readonly wait: string
  readonly config?: string
}

export function restorePointCommand(): Command {
  return (
    new Command('restore-point')
      .description(
        'makes a restore point and waits until it is there: the only thing that rehearse writes on the platform',
      )
      .requiredOption('--name <name>', 'its name, at most 20 characters')
      .option('--project-ref <ref>', 'the project (default: supabase.projectRef of the config, SUPABASE_PROJECT_REF)')
      .option('--yes', 'do it without asking')
      .option('--wait <duration>', 'how long to wait for it', '10m')
      .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
      /* What both have, the outer one takes where it comes after the words of this one. */
      .action((own: RestorePointFlags, command: Command) =>
        makePoint({ ...command.parent?.opts<Pick<RestorePointFlags, 'projectRef' | 'config'>>(), ...own }),
      )
  )
}

async function makePoint(flags: RestorePointFlags): Promise<void> {
  using interrupt = abortOnSignals()
  const name = requireFitName(flags.name)
  const waitMs = parseDuration(flags.wait)
  const ref = readProjectRef(flags.projectRef, process.env, (await readConfig(flags.config)).supabase)
  const access = readAccess(process.env)
  if (!flags.yes) await confirm(ref, name, interrupt.signal)
  const api = new ManagementApi(access, ref, { signal: interrupt.signal })
  const { status } = await makeRestorePoint(api, name, { signal: interrupt.signal, clock: systemClock, waitMs })
  if (status === 'AVAILABLE') {
    process.stdout.write(`restore point ${name} of ${ref} is available\n`)
    process.exitCode = exitCode.go
    return
  }
  const isOpen = status === 'PENDING'
  process.stdout.write(
    isOpen
      ? `restore point ${name} of ${ref} is not there yet; look later: rehearse platform --restore-point ${name}\n`
      : `restore point ${name} of ${ref} is ${scrubLine(status, 40)}: don’t begin on it\n`,
  )
  process.exitCode = isOpen ? exitCode.undecided : exitCode.noGo
}

/** Typed, for it writes to the project that is meant. Nobody there to ask: refused. */
async function confirm(ref: string, name: string, signal: AbortSignal): Promise<void> {
  if (process.stdin.isTTY) {
    const asking = createInterface({ input: process.stdin, output: process.stderr })
    // Ctrl-C and Ctrl-D close it, and leave the question open for ever.
    const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
    const question = `make restore point ${name}: type the project’s reference (${ref}): `
    try {
      const said = await Promise.race([asking.question(question, { signal }), closed])
      if (said.trim() === ref) return
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      asking.close()
    }
  }
  throw new Fault('E_USAGE', 'nobody confirmed it: no restore point was made', {
    hint: `type ${ref} when asked; in a script: --yes`,
  })
}
