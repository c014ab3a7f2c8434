import { scrubLine } from '../../core/index.ts'
import type { EngineLack, EngineNeed } from '../types.ts'
import { listImageExtensions } from './image-extensions.ts'
import { isLocal, isPullable, readImage } from './image-facts.ts'
import { probeRuntime } from './runtime.ts'

/** The image for a need, unless one is named: of the dump's major, or of the newest we know where it doesn't say. */
export function defaultImage(major: number | null): string {
  return `postgres:${major ?? 17}`
}

export async function containerLacks(need: EngineNeed, image: string): Promise<readonly EngineLack[]> {
  const probe = await probeRuntime()
  if (probe.kind === 'unavailable') return [{ what: `docker: ${probe.why}`, remedy: probe.remedy, fatal: true }]
  const docker = probe.runtime.container.dockerode
  if (!(await isLocal(probe.runtime, image))) return lacksOfAbsent(image, await isPullable(docker, image))
  const { major } = await readImage(docker, image)
  const otherMajor = need.major !== null && major !== null && major !== need.major
  if (otherMajor)
    return [{ what: `major ${need.major}`, remedy: `name an image of it: ${defaultImage(need.major)}`, fatal: true }]
  if (need.extensions.length === 0) return []
  const there = await listImageExtensions(docker, image)
  return need.extensions
    .filter((extension) => extension !== 'plpgsql' && !there.has(extension))
    .map((extension) => ({
      what: `extension ${extension}`,
      remedy: `name an image that has ${extension}`,
      fatal: false,
    }))
}

function lacksOfAbsent(image: string, pullable: boolean): readonly EngineLack[] {
  const name = scrubLine(image)
  // What extensions it has shows once it is here; one that it lacks then shows as a refused statement.
  if (pullable) return []
  return [
    {
      what: `image ${name}`,
      remedy: `the image is neither here nor to be pulled: check its name and the network, or load it (docker load)`,
      fatal: true,
    },
  ]
}
