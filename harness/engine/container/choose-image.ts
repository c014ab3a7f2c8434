import { landingMajor } from '../holdings.ts'
import { isLocal, isPullable } from './image-facts.ts'
import type { Runtime } from './runtime.ts'

/** What an image is called where none is named, of the newest major that we know where the dump doesn't say. */
export function defaultImage(major: number | null): string {
  return `postgres:${major ?? 17}`
}

/**
 * The image for a major where none is named: its own, here or to be pulled, else of the next higher that is here. Where
 * there is none of these it is the major's own all the same: what is lacking then has its name.
 */
export async function chooseImage(runtime: Runtime, major: number | null): Promise<string> {
  const own = defaultImage(major)
  if (major !== null && (await isLocal(runtime, own))) return own
  const landing = landingMajor(major, await localMajors(runtime))
  if (major === null) return landing === null ? own : defaultImage(landing)
  if (await isPullable(runtime.container.dockerode, own)) return own
  return landing === null ? own : defaultImage(landing)
}

/** Majors of the official images that are here. */
export async function localMajors(runtime: Runtime): Promise<readonly number[]> {
  const images = await runtime.container.dockerode.listImages()
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? [])
  return tags.flatMap((tag) => {
    const major = /^(?:docker\.io\/(?:library\/)?)?postgres:(\d+)$/.exec(tag)?.[1]
    return major === undefined ? [] : [Number(major)]
  })
}
