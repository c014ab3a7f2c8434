import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeTree } from '../remove-tree.ts'
import type { ServerUser } from '../server-uid.ts'
import { planLaunch, type Confinement } from './launch-plan.ts'
import { launchFolder, layOutRoot } from './own-root.ts'

/** How a server would be shut in here, tried with a program that does nothing in place of a server. */
export async function tryConfinement(user: ServerUser): Promise<Confinement> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-try-'))
  try {
    await chmod(folder, 0o755)
    const [data = '', socket = '', installed = ''] = ['data', 's', 'installed'].map((name) => join(folder, name))
    for (const path of [data, socket, installed]) await mkdir(path)
    const root = process.platform === 'linux' ? await layOutRoot({ folder, data, socket, installed, user }) : null
    const trial = [`${launchFolder}/setpriv`, '--version']
    const { confinement } = await planLaunch({ user, diesWithUs: true, root: root && { ...root, trial } })
    return confinement
  } finally {
    await removeTree(folder)
  }
}
