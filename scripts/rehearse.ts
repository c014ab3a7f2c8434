import { Command, CommanderError } from 'commander'
import { asFault, exitCode, exitCodeOfFault, scrub, type Fault } from '../harness/core/index.ts'
import { doctorCommand } from './commands/doctor.ts'
import { initCommand } from './commands/init.ts'
import { inspectCommand } from './commands/inspect.ts'
import { runCommand } from './commands/run.ts'
import { packageVersion } from './package-version.ts'

/** The command line. Its words, flags and exit codes are a contract: docs/command-line.md. */
export function program(): Command {
  const command = new Command('rehearse')
    .description(
      'Restores the latest Postgres or Supabase backup into a disposable database, checks it against production,\nand answers GO, NO-GO or UNDECIDED with evidence.',
    )
    .version(packageVersion())
    .option('--verbose', 'show the causes and the stack of a failure')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 GO, 1 NO-GO, 2 UNDECIDED, 64 refused (nothing was done), 70 a defect of rehearse.',
    )
  for (const sub of [runCommand(), inspectCommand(), initCommand(), doctorCommand()]) {
    command.addCommand(sub.copyInheritedSettings(command))
  }
  throwInsteadOfExit(command)
  return command
}

/** Runs the command line and leaves its exit code; never lets Node's own code 1 out as a NO-GO. */
export async function main(argv: readonly string[]): Promise<void> {
  process.on('uncaughtException', (error) => {
    report(asFault(error), argv)
    process.exit(exitCode.defect)
  })
  try {
    await program().parseAsync([...argv])
  } catch (thrown) {
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? exitCode.go : exitCode.refused
    else {
      const fault = asFault(thrown)
      report(fault, argv)
      process.exitCode = exitCodeOfFault(fault.kind)
    }
  }
}

/** One line: what, which object, which code; then what to do. */
function report(fault: Fault, argv: readonly string[]): void {
  const lines = [`rehearse: ${scrub(fault.message)} [${fault.code}]`]
  if (fault.hint) lines.push(`→ ${scrub(fault.hint)}`)
  if (argv.includes('--verbose')) {
    for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause)
      lines.push(scrub(cause.stack ?? cause.message))
  }
  process.stderr.write(`${lines.join('\n')}\n`)
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const sub of command.commands) throwInsteadOfExit(sub)
}
