import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { configTemplate } from '../../harness/config/index.ts'
import { Fault, writeFileWhole } from '../../harness/core/index.ts'

const fileName = 'rehearsal.config.ts'

export function initCommand(): Command {
  return new Command('init').description(`write a commented ${fileName} into this folder`).action(writeConfig)
}

async function writeConfig(): Promise<void> {
  const path = join(process.cwd(), fileName)
  if (await exists(path)) {
    throw new Fault('E_CONFIG_EXISTS', `${fileName} is already here`, { hint: 'edit it, or move it away first' })
  }
  await writeFileWhole(path, configTemplate(), 0o644)
  process.stdout.write(`wrote ${fileName}: set backup.path in it, then: npx rehearse run\n`)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
