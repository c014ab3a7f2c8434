import { Command } from 'commander'
import { loadConfig } from '../../harness/config/index.ts'
import { exitCode, Fault } from '../../harness/core/index.ts'
import { teamOf } from '../tell-team.ts'

interface NotifyFlags {
  readonly test?: boolean
  readonly config?: string
}

export function notifyCommand(): Command {
  return new Command('notify')
    .description('sends a notice to the webhook of the config, to see whether it arrives')
    .option('--test', 'send one that says it is a test')
    .option('--config <file>', 'config file (default: rehearsal.config.ts in this folder)')
    .action(notify)
}

async function notify({ test, config: file }: NotifyFlags): Promise<void> {
  if (!test) throw new Fault('E_USAGE', 'notify sends a test only', { hint: 'say so: rehearse notify --test' })
  const cwd = process.cwd()
  const { values } = await loadConfig({ file, flags: {}, env: process.env, cwd })
  const { webhook } = values.notify
  if (webhook === null) {
    throw new Fault('E_USAGE', 'the config names no webhook', {
      hint: "write into it: notify: { webhook: 'env:REHEARSAL_WEBHOOK' }",
    })
  }
  const team = teamOf(values, process.env)
  const text = `${values.project}: this is a test of rehearse; nothing has happened`
  const fault = await team.tell({ event: 'test', outcome: 'done', text, set: null })
  if (fault) throw fault
  process.stdout.write(`the webhook ${webhook} took the notice\n`)
  process.exitCode = exitCode.go
}
