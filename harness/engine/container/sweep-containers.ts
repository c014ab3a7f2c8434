import { livenessOf } from '../process-identity.ts'
import { keptPrefix, readOwner, runLabel } from './labels.ts'
import { probeRuntime, type Docker } from './runtime.ts'

/** Removes our labelled containers whose owner is dead. Nothing to do where no runtime answers. */
export async function sweepContainers(): Promise<readonly string[]> {
  const probe = await probeRuntime()
  return probe.kind === 'ready' ? sweepDocker(probe.runtime.container.dockerode) : []
}

export async function sweepDocker(docker: Docker): Promise<readonly string[]> {
  const removed: string[] = []
  const ours = await docker.listContainers({ all: true, filters: { label: [runLabel] } })
  for (const { Id, Names, Labels, State } of ours) {
    const name = Names[0]?.replace(/^\//, '') ?? Id
    const owner = readOwner(Labels)
    const isKept = name.startsWith(keptPrefix) && State === 'running'
    if (isKept || owner === null || (await livenessOf(owner)) !== 'dead') continue
    if (await removeContainer(docker, Id)) removed.push(`container ${name}`)
  }
  return removed
}

/** With its volumes, running or not. False when it was gone already. */
export async function removeContainer(docker: Docker, id: string): Promise<boolean> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true })
    return true
  } catch (error) {
    // 404: gone; 409: somebody else is removing it this moment.
    if (error instanceof Error && 'statusCode' in error && [404, 409].includes(Number(error.statusCode))) return false
    throw error
  }
}
