import { Command, CommanderError } from 'commander'
import { asFault, exitCode, exitCodeOfFault, Fault, scrub } from '../harness/core/index.ts'
import { backupCommand } from './commands/backup.ts'
import { checklistCommand } from './commands/checklist.ts'
import { diffCommand } from './commands/diff.ts'
import { doctorCommand } from './commands/doctor.ts'
import { factsCommand } from './commands/facts.ts'
import { fetchCommand } from './commands/fetch.ts'
import { initCommand } from './commands/init.ts'
import { inspectCommand } from './commands/inspect.ts'
import { restoreCommand } from './commands/restore.ts'
import { protectCommand } from './commands/protect.ts'
import { pushCommand } from './commands/push.ts'
import { runCommand } from './commands/run.ts'
import { storageCommand } from './commands/storage.ts'
import { verifyCommand } from './commands/verify.ts'
import { logCommand } from './commands/log.ts'
import { notifyCommand } from './commands/notify.ts'
import { platformCommand } from './commands/platform.ts'
import { pruneCommand } from './commands/prune.ts'
import { statusCommand } from './commands/status.ts'
import { packageVersion } from './package-version.ts'
import { renderFault } from './render-fault.ts'

/** The command line. Its words, flags and exit codes are a contract: docs/command-line.md. */
export function program(): Command {
  const command = new Command('rehearse')
    .description(
      'Restores the latest Postgres or Supabase backup into a disposable database, checks it against production,\nand answers GO, NO-GO or UNDECIDED with evidence.',
    )
    .version(packageVersion())
    .option('--verbose', 'show the causes and the stack of a failure')
    .showSuggestionAfterError(true)
    // What was typed is repeated in a complaint, and may hold a password that is no connection.
    .configureOutput({ writeErr: (text) => process.stderr.write(scrub(text)) })
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 GO, 1 NO-GO, 2 UNDECIDED, 64 refused (nothing was done), 70 a defect of rehearse.',
    )
  const commands = [
    backupCommand(),
    runCommand(),
    inspectCommand(),
    restoreCommand(),
    factsCommand(),
    diffCommand(),
    verifyCommand(),
    protectCommand(),
    pushCommand(),
    fetchCommand(),
    storageCommand(),
    statusCommand(),
    pruneCommand(),
    logCommand(),
    checklistCommand(),
    platformCommand(),
    notifyCommand(),
    initCommand(),
    doctorCommand(),
  ]
  for (const sub of commands) command.addCommand(sub)
  inheritSettings(command)
  throwInsteadOfExit(command)
  return command
}

/** Runs the command line and leaves its exit code; never lets Node's own code 1 out as a NO-GO. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  process.on('uncaughtException', (error) => {
    process.stderr.write(renderFault(asFault(error), isVerbose(argv)))
    process.exit(exitCode.defect)
  })
  try {
    refuseWrittenSecrets(argv)
    await program().parseAsync([...argv])
  } catch (thrown) {
    process.exitCode = codeOf(thrown)
    if (thrown instanceof CommanderError) return
    process.stderr.write(renderFault(asFault(thrown), isVerbose(argv)))
  }
}

function isVerbose(argv: readonly string[]): boolean {
  return argv.includes('--verbose')
}

/** The exit code of whatever a command threw. Exported for its test. */
export function codeOf(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.go : exitCode.refused
  return exitCodeOfFault(asFault(thrown).kind)
}

/** Before anything may repeat what was typed. A password with an `@` or a `/` in it is one too. */
function refuseWrittenSecrets(argv: readonly string[]): void {
  if (!argv.slice(2).some((text) => /[a-z][a-z0-9+.-]*:\/\/[^\s/]*:[^\s]*@|[?&\s]password\s*=/i.test(text))) return
  throw new Fault('E_SECRET_IN_ARGUMENT', 'a password is written out on the command line', {
    hint: 'put the connection into an environment variable and name that: env:DATABASE_URL; change the password if this was logged',
  })
}

/** Whoever read our output has gone (`| head`): the answer is in the exit code and in the evidence all the same. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Those of commands within commands too: a complaint of theirs repeats what was typed just as well. */
function inheritSettings(command: Command): void {
  for (const sub of command.commands) inheritSettings(sub.copyInheritedSettings(command))
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const sub of command.commands) throwInsteadOfExit(sub)
}
