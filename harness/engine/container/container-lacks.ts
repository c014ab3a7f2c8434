import { scrubLine } from '../../core/index.ts'
import { demandsOf, higherMajor, lacksOf } from '../holdings.ts'
import { remedyByImage } from '../known-images.ts'
import type { EngineLack, EngineNeed } from '../types.ts'
import { chooseImage, defaultImage } from './choose-image.ts'
import { isLocal, isPullable, readImage } from './image-facts.ts'
import { imageHoldings } from './image-holdings.ts'
import { probeRuntime } from './runtime.ts'

/** `named`: the image that config names; null where the dump's major chooses. */
export async function containerLacks(need: EngineNeed, named: string | null): Promise<readonly EngineLack[]> {
  const probe = await probeRuntime()
  if (probe.kind === 'unavailable') return [{ what: `docker: ${probe.why}`, remedy: probe.remedy, fatal: true }]
  const docker = probe.runtime.container.dockerode
  const image = named ?? (await chooseImage(probe.runtime, need.major))
  if (!(await isLocal(probe.runtime, image))) return lacksOfAbsent(image, await isPullable(docker, image))
  const facts = await readImage(docker, image)
  const demands = demandsOf(need)
  const major = lackOfMajor(need.major, facts.major, named)
  if (major?.fatal || demands.length === 0) return major ? [major] : []
  const remedyFor = (what: string): string => remedyByImage(what, need.major ?? facts.major)
  const lacks = lacksOf(demands, await imageHoldings(docker, facts, demands), remedyFor)
  return major ? [major, ...lacks] : lacks
}

function lackOfMajor(asked: number | null, there: number | null, named: string | null): EngineLack | null {
  if (asked === null || there === null || there === asked) return null
  const remedy = `name an image of it: ${defaultImage(asked)}`
  return there > asked
    ? higherMajor(asked, there, remedy, named === null ? undefined : `the image ${scrubLine(named)} is of that`)
    : { what: `major ${asked} or later (the image holds ${there})`, remedy, fatal: true }
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
