import { silentProgress } from '../../../core/index.ts'
import type { DisposableServer, EngineNeed } from '../../types.ts'
import { containerEngine, type ContainerOptions } from '../container-engine.ts'
import { isLocal } from '../image-facts.ts'
import { probeRuntime, type Docker } from '../runtime.ts'
import { isRequired } from '../../../core/testing/is-required.ts'

const probe = await probeRuntime()

/** Why no container can be tried here; null when it can, and where it is required: then its absence must fail. */
export async function obstacle(image = 'postgres:15'): Promise<string | null> {
  if (isRequired('container')) return null
  if (probe.kind === 'unavailable') return probe.why
  return (await isLocal(probe.runtime, image)) ? null : `no image ${image} here`
}

export const need: EngineNeed = { major: 15, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }

export async function start(how: ContainerOptions = {}, change: Partial<EngineNeed> = {}): Promise<DisposableServer> {
  const options = { signal: new AbortController().signal, progress: silentProgress }
  return containerEngine(how).start({ ...need, ...change }, options)
}

export function docker(): Docker {
  if (probe.kind !== 'ready') throw new Error('no runtime')
  return probe.runtime.container.dockerode
}

/** The container of a server: its folder, or its port, is in no other's description. */
export async function containerOf(server: DisposableServer): Promise<ReturnType<Docker['getContainer']>> {
  const all = await docker().listContainers({ all: true, filters: { label: ['rehearsal.run'] } })
  const found = all.find(({ Mounts }) => Mounts.some(({ Source }) => Source === server.address.host))
  if (found === undefined) throw new Error('its container is not there')
  return docker().getContainer(found.Id)
}

/** An image made of another by running a shell script in it. Removed when disposed. */
export async function imageOf(base: string, script: string, changes: readonly string[] = []) {
  const made = await docker().createContainer({ Image: base, Entrypoint: ['bash', '-c', script], Cmd: [] })
  const tag = `rehearsal-test-${made.id.slice(0, 10)}`
  try {
    await made.start()
    await made.wait()
    const before = await docker().getImage(base).inspect()
    await made.commit({
      repo: tag,
      changes: [
        `ENTRYPOINT ${JSON.stringify(before.Config.Entrypoint)}`,
        `CMD ${JSON.stringify(before.Config.Cmd)}`,
        ...changes,
      ],
    })
  } finally {
    await made.remove({ force: true, v: true })
  }
  return { name: tag, [Symbol.asyncDispose]: async () => void (await docker().getImage(tag).remove({ force: true })) }
}
