import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../harness/core/index.ts'
import { childEnd } from './child-end.ts'

/** Installs an npm package that we are measured against, and answers where. It is no dependency of the project. */
export async function installPeer(into: string, name: string, version: string, signal: AbortSignal): Promise<string> {
  const folder = join(into, name.replaceAll('/', '-'))
  await mkdir(folder, { recursive: true })
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`]
  const npm = spawn('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], signal })
  if ((await childEnd(npm)) !== 0) throw new Fault('E_USAGE', `${name}@${version} could not be installed`)
  return folder
}
